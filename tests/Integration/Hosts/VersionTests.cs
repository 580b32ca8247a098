using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Each program tells its version.</summary>
public class When_a_program_is_asked_for_its_version
{
    static readonly string Version = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants("Version")
        .Single().Value;

    [TestCase(RealHosts.Worker)]
    [TestCase(RealHosts.Inventory)]
    [TestCase(RealHosts.Payment)]
    [TestCase(RealHosts.Shipping)]
    [TestCase("Orchestrator.Local")]
    public async Task It_prints_it_and_ends(string program)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), "--version"])
            { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        // The commit may follow a plus sign.
        said.Trim().Split('+')[0].ShouldBe(Version);
        said.Trim().ShouldNotContain("\n");
    }

    [Test, Category("Broker")]
    public async Task A_host_says_it_in_its_first_line_its_health_and_its_telemetry()
    {
        await using var receiver = await OtlpReceiver.Start();
        await using var hosts = await RealHosts.On();
        hosts.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address;
        hosts.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        hosts.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        await hosts.Start(RealHosts.Shipping);
        var host = hosts.Running.Single();
        host.Output.Split('\n')[0].ShouldContain($"shipping {Version}");
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var http = new HttpClient();
            var health = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Health, path)));
            health.RootElement.GetProperty("version").GetString().ShouldStartWith(Version, customMessage: path);
        }

        await Eventually.Is(
            () => Task.FromResult(receiver.Metrics.Any(metric => metric.Metric.Name == "orchestrator.build.info")), "no metric says it");
        receiver.Metrics.First(metric => metric.Metric.Name == "orchestrator.build.info").Metric.ToString().ShouldContain(Version);
        // The resource of all exported data.
        receiver.Holds("service.version").ShouldBeTrue();
    }
}
