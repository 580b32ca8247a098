using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Tests.Servers;

/// <summary>A network between a host and its broker. It loses what it is told to lose, and can be cut.</summary>
/// <remarks>It reads only the needed parts of AMQP 0-9-1: the frames, and the method in a frame of the client.</remarks>
public sealed class BrokerProxy : IAsyncDisposable
{
    const int ProtocolHeader = 8, FrameHeader = 7, FrameEnd = 1, MethodFrame = 1;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    readonly Uri _broker;
    readonly Task _accepting;
    int _lost;

    BrokerProxy(Uri broker)
    {
        _broker = broker;
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>The frames of a client that can be lost.</summary>
    public enum Lost
    {
        /// <summary>No frames.</summary>
        Nothing,

        /// <summary>The messages that the client publishes.</summary>
        Publishes,

        /// <summary>The acknowledgements of handled messages.</summary>
        Acknowledgements,
    }

    /// <summary>What is lost from now on.</summary>
    public Lost Loses { get; set; }

    /// <summary>The number of connections that it takes before it stops listening; null for no limit.</summary>
    public int? Takes { get; init; }

    /// <summary>The number of lost frames so far.</summary>
    public int LostSoFar => Volatile.Read(ref _lost);

    /// <summary>The address of the broker through this network.</summary>
    public Uri Address => new UriBuilder(_broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Begins to listen.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="takes">The number of connections that it takes before it stops listening; null for no limit.</param>
    public static BrokerProxy To(Uri broker, int? takes = null) => new(broker) { Takes = takes };

    /// <summary>Cuts every connection. Clients may connect again at once.</summary>
    public void Cut()
    {
        foreach (var client in _connections.Keys)
            client.Close();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    async Task Accept()
    {
        try
        {
            for (var taken = 0; taken != Takes; taken++)
                _ = Serve(await _listener.AcceptTcpClientAsync());
            _listener.Stop();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    async Task Serve(TcpClient client)
    {
        using var broker = new TcpClient();
        _connections[client] = true;
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, _broker.Port);
            await Task.WhenAny(broker.GetStream().CopyToAsync(client.GetStream()), Forward(client.GetStream(), broker.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has closed, so this closes the other side too.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Dispose();
        }
    }

    async Task Forward(NetworkStream client, NetworkStream broker)
    {
        var frame = new byte[1 << 18];
        await client.ReadExactlyAsync(frame.AsMemory(0, ProtocolHeader));
        await broker.WriteAsync(frame.AsMemory(0, ProtocolHeader));
        var swallowing = new HashSet<int>(); // Channels in the middle of a message that is lost.
        while (true)
        {
            await client.ReadExactlyAsync(frame.AsMemory(0, FrameHeader));
            var length = FrameHeader + BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(3)) + FrameEnd;
            await client.ReadExactlyAsync(frame.AsMemory(FrameHeader, length - FrameHeader));
            if (!IsLost(frame, swallowing))
                await broker.WriteAsync(frame.AsMemory(0, length));
        }
    }

    bool IsLost(byte[] frame, HashSet<int> swallowing)
    {
        var channel = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(1));
        if (frame[0] != MethodFrame)
            return swallowing.Contains(channel);
        swallowing.Remove(channel);
        var method = (
            BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(FrameHeader)),
            BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(FrameHeader + 2)));
        switch (method, Loses)
        {
            case ((60, 40), Lost.Publishes): // basic.publish. Its header and body follow in frames of their own.
                swallowing.Add(channel);
                break;
            case ((60, 80), Lost.Acknowledgements): // basic.ack
                break;
            default:
                return false;
        }

        Interlocked.Increment(ref _lost);
        return true;
    }
}
