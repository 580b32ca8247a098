using System.Globalization;

namespace Orchestrator.Hosting.Health;

/// <summary>
/// The command <c>health</c>. It asks the host in the same container whether it is ready, for a platform that can only run programs.
/// </summary>
public static class HealthCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Asks the host, and prints its answer.</summary>
    /// <param name="port">The default port of the host.</param>
    /// <returns>The exit code: 0 when it is ready, 1 when it is not or does not answer.</returns>
    public static async Task<int> Run(int port)
    {
        var address = new Uri(Address(Environment.GetEnvironmentVariable, port), "/health/ready");
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address);
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {e.GetBaseException().Message}");
            return 1;
        }
    }

    /// <summary>The host's address, for a process on the same machine.</summary>
    /// <param name="setting">The environment variables, which are the same for both processes.</param>
    /// <param name="port">The port when no variable is set.</param>
    public static Uri Address(Func<string, string?> setting, int port)
    {
        var first = setting("ASPNETCORE_URLS")?.Split(';')[0]
            ?? (setting("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] is { Length: > 0 } configured ? $"http://*:{configured}" : null)
            ?? string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
        // A host that listens on any address can be reached at localhost.
        foreach (var any in new[] { "*", "+", "0.0.0.0", "[::]" })
            first = first.Replace($"//{any}", "//localhost", StringComparison.Ordinal);
        return new Uri(first);
    }
}
