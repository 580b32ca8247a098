using System.Net.Sockets;
using RabbitMQ.Client;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// A socket to the broker. Once it is broken it discards what is written to it, and the reader of the socket gets the error.
/// </summary>
/// <remarks>
/// RabbitMQ.Client 7.2 stops writing at the first write that fails, and its queue of frames fills up. A handler that acknowledges then
/// waits for ever. The client waits for the handlers before it reports the broken connection, so it never reports it, and all messages go
/// to a dead channel (rabbitmq-dotnet-client#1930, fixed after 7.2.2). The discarded frames were not confirmed, so nothing is lost. Not
/// covered: a write that TLS itself refuses before it comes here.
/// </remarks>
public sealed class BrokerSocket : TcpClientAdapter
{
    // A broker sends a heartbeat every few seconds, also during an alarm in which it takes no messages. A client that reads gives up after
    // 14 s without one.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    readonly TimeSpan _longestSilence;

    BrokerSocket(Socket socket, TimeSpan longestSilence)
        : base(socket) => _longestSilence = longestSilence;

    /// <summary>Creates a socket that is not connected yet.</summary>
    public static ITcpClient Create(AddressFamily family) => Create(family, Longest);

    /// <summary>
    /// Creates such a socket with its own limit: how long the broker may neither take a write nor send anything. Without a limit a write to
    /// a dead broker would wait for a quarter of an hour.
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

        // During an alarm (of memory or of the disk) a broker takes nothing, although it works. Its heartbeats show that it works.
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
                    // The broker has sent something meanwhile.
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
                // The socket is closed already, so the reader knows.
            }
        }
    }
}
