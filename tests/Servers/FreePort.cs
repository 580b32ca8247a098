using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orchestrator.Tests.Servers;

/// <summary>Free ports of the loopback address.</summary>
public static class FreePort
{
    static readonly ConcurrentDictionary<int, FileStream> HandedOut = [];

    /// <summary>
    /// A port below the range of outgoing connections, so that none of them takes it during a restart. No port is given out twice, neither
    /// by this process nor by another test run.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            // A host that was given a port may begin to listen on it seconds later.
            var port = RandomNumberGenerator.GetInt32(10_000, 32_000);
            if (HandedOut.ContainsKey(port) || Claim(port) is not { } claim)
                continue;
            if (!HandedOut.TryAdd(port, claim))
            {
                claim.Dispose();
                continue;
            }

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

    // A file that stays locked as long as this process lives.
    static FileStream? Claim(int port)
    {
        try
        {
            return new FileStream(
                Path.Combine(Path.GetTempPath(), $"orchestrator-port-{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
