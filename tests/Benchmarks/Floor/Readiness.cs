using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>Answers each health check of the process with "ready".</summary>
static class Readiness
{
    static readonly byte[] Ready = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    public static TcpListener Answer(Uri address)
    {
        var listener = new TcpListener(IPAddress.Parse(address.Host), address.Port);
        listener.Start();
        _ = Task.Run(async () =>
        {
            var asked = new byte[4096];
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAsync(asked);
                await client.GetStream().WriteAsync(Ready);
            }
        });
        return listener;
    }
}
