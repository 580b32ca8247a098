using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Overhead;

/// <summary>The same orders, without telemetry and with all of it, on the same servers in turn.</summary>
static class Comparison
{
    static readonly string Local = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Local.dll"), Receiver = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Otlp.dll");

    /// <summary>Runs all of it.</summary>
    /// <returns>The medians, in orders a second.</returns>
    public static async Task<(double Without, double With)> Run(int orders, int rounds, double ratio, TextWriter told)
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-overhead-");
        OrderFiles.Write(folder.FullName, orders, skus: 100, seed: 1, contention: false);
        await using var postgres = await PrivatePostgres.Create();
        await using var rabbit = await PrivateRabbitMq.Create();
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        using var receiver = Start(Receiver, [], port);
        var rates = new[] { new List<double>(), new List<double>() };
        // The first run warms the servers' caches and counts for nobody.
        for (var run = -1; run < 2 * rounds; run++)
        {
            var isWith = run % 2 != 0;
            var rate = orders / await Seconds(folder.FullName, await CreateDatabase(postgres, $"run_{run + 1}"), await rabbit.CreateVirtualHost(), isWith ? Telemetry(port, ratio) : []);
            if (run >= 0)
                rates[isWith ? 1 : 0].Add(rate);
            await told.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(run < 0 ? "warming" : isWith ? "with" : "without")} {rate:0} orders/s"));
        }

        using (var kill = Process.Start("kill", [receiver.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await told.WriteLineAsync(await receiver.StandardOutput.ReadToEndAsync());
        folder.Delete(recursive: true);
        return (Median(rates[0]), Median(rates[1]));
    }

    static Dictionary<string, string> Telemetry(string port, double ratio) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
        ["OTEL_TRACES_SAMPLER_ARG"] = ratio.ToString(CultureInfo.InvariantCulture),
    };

    static async Task<double> Seconds(string folder, string postgres, Uri rabbit, Dictionary<string, string> settings)
    {
        using var local = Start(
            Local, settings, "process", "--orders", Path.Combine(folder, "orders.jsonl"), "--stock", Path.Combine(folder, "stock.csv"),
            "--rabbitmq", rabbit.ToString(), "--postgres", postgres, "--json");
        var said = await Task.WhenAll(local.StandardOutput.ReadToEndAsync(), local.StandardError.ReadToEndAsync());
        await local.WaitForExitAsync();
        return local.ExitCode == 0
            ? JsonDocument.Parse(said[0]).RootElement.GetProperty("seconds").GetDouble()
            : throw new InvalidOperationException($"the run ended with {local.ExitCode}:{Environment.NewLine}{string.Concat(said)}");
    }

    static async Task<string> CreateDatabase(PrivatePostgres postgres, string name)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return postgres.ConnectionString(name);
    }

    static Process Start(string program, Dictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);
}
