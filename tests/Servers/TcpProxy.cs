using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Tests.Servers;

/// <summary>
/// A network between hosts and a server. It can be cut and slowed. With several servers, it connects to the first one that answers.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    const int Chunk = 1 << 14;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    readonly ConcurrentDictionary<TcpClient, TaskCompletionSource> _silent = new();
    readonly IReadOnlyList<int> _servers;
    readonly Func<Action<ReadOnlySpan<byte>>>? _listen;
    readonly Task _accepting;
    int _next;

    TcpProxy(IReadOnlyList<int> servers, Func<Action<ReadOnlySpan<byte>>>? listen)
    {
        (_servers, _listen) = (servers, listen);
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>The port at which it listens, on the loopback address.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The delay of all data, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Begins to listen.</summary>
    /// <param name="servers">The ports of the servers on the loopback address.</param>
    /// <param name="listen">Makes a listener for each connection. The listener gets all data of the server.</param>
    public static TcpProxy To(IReadOnlyList<int> servers, Func<Action<ReadOnlySpan<byte>>>? listen = null) => new(servers, listen);

    /// <summary>
    /// From now on nothing arrives on the present connections, and neither side is told. <see cref="Cut"/> ends that.
    /// </summary>
    public void Silence()
    {
        foreach (var client in _connections.Keys)
            _silent.TryAdd(client, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Cuts every connection. Clients may connect again at once.</summary>
    public void Cut()
    {
        foreach (var client in _connections.Keys)
        {
            client.Close();
            if (_silent.TryRemove(client, out var end))
                end.SetResult();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
        _listener.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    async Task Serve(TcpClient client)
    {
        using var _ = client;
        _connections[client] = true;
        try
        {
            using var server = await Connected();
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAny(
                Forward(client, client.GetStream(), server.GetStream(), null),
                Forward(client, server.GetStream(), client.GetStream(), _listen?.Invoke()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has closed, so this closes the other side too.
        }
        finally
        {
            _connections.TryRemove(client, out bool _);
        }
    }

    async Task<TcpClient> Connected()
    {
        for (var tries = 1; ; tries++)
        {
            var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _servers[(int)((uint)Interlocked.Increment(ref _next) % _servers.Count)]);
                return server;
            }
            catch (SocketException)
            {
                server.Dispose();
                if (tries >= _servers.Count)
                    throw;
            }
        }
    }

    async Task Forward(TcpClient client, NetworkStream from, NetworkStream to, Action<ReadOnlySpan<byte>>? heard)
    {
        var chunk = new byte[Chunk];
        while (await from.ReadAsync(chunk) is var length)
        {
            // The end of a stream does not arrive either.
            if (_silent.TryGetValue(client, out var end))
                await end.Task;
            if (length == 0)
                return;
            heard?.Invoke(chunk.AsSpan(0, length));
            if (Delay > TimeSpan.Zero)
                await Task.Delay(Delay);
            await to.WriteAsync(chunk.AsMemory(0, length));
        }
    }
}
