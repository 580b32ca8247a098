using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orchestrator.Tests.Servers;

/// <summary>Ports of the loopback address that nobody listens on.</summary>
public static class FreePort
{
    static readonly ConcurrentDictionary<int, bool> HandedOut = [];

    /// <summary>A port below those that outgoing connections get, so that none of them takes it during a restart; never the same one twice.</summary>
    public static int Next()
    {
        while (true)
        {
            // Whoever was given a port may be seconds away from listening there.
            var port = RandomNumberGenerator.GetInt32(10_000, 32_000);
            if (!HandedOut.TryAdd(port, true))
                continue;
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
