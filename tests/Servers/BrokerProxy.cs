using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Tests.Servers;

/// <summary>A network between a host and its broker that loses what it is told to lose, and can be cut.</summary>
/// <remarks>It understands as much of AMQP 0-9-1 as it must: frames, and which method a client's frame holds.</remarks>
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

    /// <summary>What a client says that can be lost.</summary>
    public enum Lost
    {
        /// <summary>Nothing.</summary>
        Nothing,

        /// <summary>Messages that it publishes.</summary>
        Publishes,

        /// <summary>Acknowledgements of messages that it has handled.</summary>
        Acknowledgements,
    }

    /// <summary>What is lost from now on.</summary>
    public Lost Loses { get; set; }

    /// <summary>How many connections it takes, then nobody listens any more; no limit when absent.</summary>
    public int? Takes { get; init; }

    /// <summary>How many were lost so far.</summary>
    public int LostSoFar => Volatile.Read(ref _lost);

    /// <summary>The broker's address, by way of this.</summary>
    public Uri Address => new UriBuilder(_broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Begins to listen.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="takes">How many connections it takes before it is gone; no limit unless given.</param>
    public static BrokerProxy To(Uri broker, int? takes = null) => new(broker) { Takes = takes };

    /// <summary>Cuts every connection; clients may come again at once.</summary>
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
            // It is over.
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
            // One side has gone, so the other goes too.
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
            case ((60, 40), Lost.Publishes): // basic.publish; its header and body follow in frames of their own
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
