using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Tests.Servers;

/// <summary>A private Prometheus.</summary>
public sealed class PrivatePrometheus : IAsyncDisposable
{
    // The process ends with this one in any case. Only this process holds the other end of the pipe that the shell reads from.
    const string Guard = """
        umask 077
        trap '' HUP INT TERM
        folder=$1; shift
        "$@" >"$folder/log" 2>&1 </dev/null &
        read -r _
        kill -9 $!
        wait
        rm -rf "$folder"
        """;

    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };
    static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    readonly Process _guard;
    readonly Uri _address;

    PrivatePrometheus(Process guard, Uri address, string folder) => (_guard, _address, Folder) = (guard, address, folder);

    /// <summary>The folder of its configuration, its data and its log.</summary>
    public string Folder { get; }

    /// <summary>Starts one.</summary>
    /// <param name="configuration">The content of its configuration file.</param>
    /// <returns>
    /// Null when there is no Prometheus, neither in the Debian system that TEST_PROMETHEUS names nor on this machine.
    /// </returns>
    public static async Task<PrivatePrometheus?> Start(string configuration)
    {
        if (Program() is not { } program)
            return null;
        var folder = Directory.CreateTempSubdirectory("orchestrator-prometheus-").FullName;
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));
        var file = Path.Combine(folder, "prometheus.yml");
        await OwnersOnly.Write(file, configuration);
        string[] command =
        [
            .. program, $"--config.file={file}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address.Authority}",
        ];
        var guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guard, "sh", folder, .. command]) { RedirectStandardInput = true })!;
        var prometheus = new PrivatePrometheus(guard, address, folder);
        for (var started = Stopwatch.StartNew(); !await prometheus.IsReady(); await Task.Delay(50))
        {
            if (started.Elapsed < StartTime)
                continue;
            var log = await File.ReadAllTextAsync(Path.Combine(folder, "log"));
            await prometheus.DisposeAsync();
            throw new InvalidOperationException($"Prometheus did not start:{Environment.NewLine}{log}");
        }

        return prometheus;
    }

    /// <summary>The current result of a query: the samples that are numbers, with their labels.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> Query(string query)
    {
        var result = (await Get($"/api/v1/query?query={Uri.EscapeDataString(query)}")).GetProperty("result");
        return
        [
            .. from sample in result.EnumerateArray()
               let value = double.Parse(
                   sample.GetProperty("value")[1].GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal),
                   CultureInfo.InvariantCulture)
               where !double.IsNaN(value)
               select ((IReadOnlyDictionary<string, string>)sample.GetProperty("metric").Deserialize<Dictionary<string, string>>()!, value),
        ];
    }

    /// <summary>The names of the alerts that it has loaded and evaluated without an error.</summary>
    public async Task<IReadOnlyList<string>> Alerts() =>
    [
        .. from rules in (await Get("/api/v1/rules")).GetProperty("groups").EnumerateArray()
           from rule in rules.GetProperty("rules").EnumerateArray()
           where rule.GetProperty("health").GetString() == "ok"
           select rule.GetProperty("name").GetString()!,
    ];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    async Task<JsonElement> Get(string path)
    {
        using var answer = await Http.GetAsync(new Uri(_address, path));
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(body).RootElement.GetProperty("data")
            : throw new InvalidOperationException($"Prometheus refuses {Uri.UnescapeDataString(path)}: {body}");
    }

    async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(_address, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // The loader of the other system runs its program, with the libraries of that system.
    static string[]? Program()
    {
        var root = Environment.GetEnvironmentVariable("TEST_PROMETHEUS");
        if (string.IsNullOrEmpty(root))
            return File.Exists("/usr/bin/prometheus") ? ["/usr/bin/prometheus"] : null;
        var program = $"{root}/usr/bin/prometheus";
        if (!File.Exists(program))
            throw new InvalidOperationException(
                $"TEST_PROMETHEUS names {root}, in which there is no Prometheus ({program}); tests/debian-13.sh makes such a folder.");
        var libraries = Directory.EnumerateDirectories($"{root}/usr/lib", "*-linux-gnu").First();
        return [Directory.EnumerateFiles(libraries, "ld-linux-*.so.*").First(), "--library-path", libraries, program];
    }
}
