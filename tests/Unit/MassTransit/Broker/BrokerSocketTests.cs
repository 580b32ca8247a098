using System.Net;
using System.Net.Sockets;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Unit.MassTransit.Broker;

public class A_socket_to_the_broker
{
    static readonly byte[] Frame = new byte[64 * 1024];

    [Test, CancelAfter(20_000)]
    public async Task Throws_away_what_is_written_once_it_is_broken(CancellationToken cancellationToken)
    {
        using var broker = new Peer();
        using var socket = await broker.Connect(TimeSpan.FromMinutes(1), cancellationToken);
        broker.Break();
        await using var stream = socket.GetStream();
        for (var frame = 0; frame < 100; frame++)
            await stream.WriteAsync(Frame, cancellationToken);
        (await IsAtEnd(stream, cancellationToken)).ShouldBeTrue();
    }

    [Test, CancelAfter(20_000)]
    public async Task Waits_while_the_broker_takes_nothing_and_says_that_it_lives(CancellationToken cancellationToken)
    {
        // Long enough for a busy machine to read the heartbeats in time.
        var silence = TimeSpan.FromSeconds(2);
        using var broker = new Peer();
        using var socket = await broker.Connect(silence, cancellationToken);
        await using var stream = socket.GetStream();
        var heard = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heartbeats = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                broker.Say();
                heard += await stream.ReadAsync(new byte[1], cancellationToken);
            }
        }, cancellationToken);
        var write = stream.WriteAsync(new byte[64 * 1024 * 1024], cancellationToken).AsTask();
        await Should.ThrowAsync<TimeoutException>(() => write.WaitAsync(silence * 1.5, cancellationToken));
        await broker.Read(64 * 1024 * 1024, cancellationToken);
        await write;
        await stop.CancelAsync();
        await heartbeats;
        heard.ShouldBeGreaterThan(0);
        (await IsOpen(stream, broker, cancellationToken)).ShouldBeTrue();
    }

    [Test, CancelAfter(20_000)]
    public async Task Is_broken_when_the_broker_takes_nothing_and_says_nothing_for_long(CancellationToken cancellationToken)
    {
        using var broker = new Peer();
        using var socket = await broker.Connect(TimeSpan.FromMilliseconds(50), cancellationToken);
        await using var stream = socket.GetStream();
        for (var frame = 0; frame < 1_000; frame++)
            await stream.WriteAsync(Frame, cancellationToken);
        (await IsAtEnd(stream, cancellationToken)).ShouldBeTrue();
    }

    [Test, CancelAfter(20_000)]
    public async Task Carries_what_is_written_until_then(CancellationToken cancellationToken)
    {
        using var broker = new Peer();
        using var socket = await broker.Connect(TimeSpan.FromMinutes(1), cancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("AMQP"u8.ToArray(), cancellationToken);
        (await broker.Read(4, cancellationToken)).ShouldBe("AMQP"u8.ToArray());
    }

    static async Task<bool> IsAtEnd(NetworkStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], cancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static async Task<bool> IsOpen(NetworkStream stream, Peer broker, CancellationToken cancellationToken)
    {
        broker.Say();
        return await stream.ReadAsync(new byte[1], cancellationToken) == 1;
    }

    sealed class Peer : IDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        Socket? _socket;

        public async Task<ITcpClient> Connect(TimeSpan longestWrite, CancellationToken cancellationToken)
        {
            _listener.Start();
            var socket = BrokerSocket.Create(AddressFamily.InterNetwork, longestWrite);
            await socket.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)_listener.LocalEndpoint).Port, cancellationToken);
            _socket = await _listener.AcceptSocketAsync(cancellationToken);
            return socket;
        }

        public void Say() => _socket!.Send(new byte[1]);

        public void Break()
        {
            _socket!.LingerState = new LingerOption(true, 0);
            _socket.Dispose();
        }

        public async Task<byte[]> Read(int length, CancellationToken cancellationToken)
        {
            var bytes = new byte[length];
            await using var stream = new NetworkStream(_socket!);
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }

        public void Dispose()
        {
            _socket?.Dispose();
            _listener.Dispose();
        }
    }
}
