using System.Net.Sockets;
using RabbitMQ.Client;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// A socket to the broker which, once it is broken, takes what is written to it and throws it away. Whoever reads from it is told.
/// </summary>
/// <remarks>
/// RabbitMQ.Client 7.2 stops writing at the first write that fails, and its queue of frames to be written fills up: a handler that
/// acknowledges then waits for ever. Before the client tells anybody that the connection is gone it waits for the handlers, so nobody ever
/// learns of it, and all that is sent goes to a channel that leads nowhere (rabbitmq-dotnet-client#1930, mended after 7.2.2). What is
/// thrown away was not confirmed. Not covered: a write that TLS itself refuses before it comes here.
/// </remarks>
public sealed class BrokerSocket : TcpClientAdapter
{
    // A broker sends a heartbeat every few seconds, also while an alarm keeps it from taking anything. A client that reads gives up after
    // 14 s without one.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    readonly TimeSpan _longestSilence;

    BrokerSocket(Socket socket, TimeSpan longestSilence)
        : base(socket) => _longestSilence = longestSilence;

    /// <summary>Makes a socket that is not connected yet.</summary>
    public static ITcpClient Create(AddressFamily family) => Create(family, Longest);

    /// <summary>
    /// The same, with a limit on how long the broker may neither take what is written nor say anything; without one, a broker that is gone
    /// would hold a write for a quarter of an hour.
    /// </summary>
    public static ITcpClient Create(AddressFamily family, TimeSpan longestSilence) =>
        new BrokerSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, longestSilence);

    /// <inheritdoc />
    public override NetworkStream GetStream() => new Outlet(Client, _longestSilence);

    sealed class Outlet(Socket socket, TimeSpan longestSilence) : NetworkStream(socket)
    {
        long _heard;
        bool _broken;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            Volatile.Write(ref _heard, TimeProvider.System.GetTimestamp());
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_broken)
                return;
            try
            {
                var write = base.WriteAsync(buffer, cancellationToken);
                if (write.IsCompleted)
                    await write;
                else
                    await UnlessSilent(write.AsTask(), cancellationToken);
            }
            catch (Exception e) when (e is IOException or TimeoutException or ObjectDisposedException)
            {
                _broken = true;
                TellReader();
            }
        }

        // An alarm (of memory, of the disk) has a broker take nothing for as long as it lasts; it is well, and says so by its heartbeats.
        async Task UnlessSilent(Task write, CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    await write.WaitAsync(longestSilence, cancellationToken);
                    return;
                }
                catch (TimeoutException) when (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _heard)) < longestSilence)
                {
                    // Something came meanwhile.
                }
            }
        }

        void TellReader()
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It knows already.
            }
        }
    }
}
