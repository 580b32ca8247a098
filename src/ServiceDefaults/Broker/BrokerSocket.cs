using System.Net.Sockets;
using RabbitMQ.Client;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>A socket to the broker which, once it is broken, takes what is written to it and throws it away. Whoever reads from it is told.</summary>
/// <remarks>
/// RabbitMQ.Client 7.2 stops writing at the first write that fails, and its queue of frames to be written fills up: a handler that
/// acknowledges then waits for ever. Before the client tells anybody that the connection is gone it waits for the handlers, so nobody ever learns
/// of it, and all that is sent goes to a channel that leads nowhere (rabbitmq-dotnet-client#1930, mended after 7.2.2). What is thrown away
/// was not confirmed.
/// </remarks>
public sealed class BrokerSocket : TcpClientAdapter
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    readonly TimeSpan _longestWrite;

    BrokerSocket(Socket socket, TimeSpan longestWrite)
        : base(socket) => _longestWrite = longestWrite;

    /// <summary>Makes a socket that is not connected yet.</summary>
    public static ITcpClient Create(AddressFamily family) => Create(family, Longest);

    /// <summary>The same, with a limit on how long the broker may let a write wait; without one, a broker that has fallen silent would hold it for a quarter of an hour.</summary>
    public static ITcpClient Create(AddressFamily family, TimeSpan longestWrite) =>
        new BrokerSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, longestWrite);

    /// <inheritdoc />
    public override NetworkStream GetStream() => new Outlet(Client, _longestWrite);

    sealed class Outlet(Socket socket, TimeSpan longestWrite) : NetworkStream(socket)
    {
        bool _broken;

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
                    await write.AsTask().WaitAsync(longestWrite, cancellationToken);
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                _broken = true;
                TellReader();
            }
        }

        void TellReader()
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // It knows already.
            }
        }
    }
}
