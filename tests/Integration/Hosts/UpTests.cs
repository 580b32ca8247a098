using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Local;

namespace Orchestrator.Tests.Integration.Hosts;

public partial class Everything_on_a_developers_machine
{
    [Test]
    public async Task Starts_takes_orders_as_it_says_and_stops_with_nothing_left()
    {
        var said = new List<string>();
        using var up = Terminal.Start(Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Up.dll"), "--port", FreePort.Next().ToString(CultureInfo.InvariantCulture));
        var trouble = up.StandardError.ReadToEndAsync();
        while (await up.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Ctrl-C stops everything", StringComparison.Ordinal))
            said.Add(line);
        var text = string.Join('\n', said);
        text.ShouldContain("Send it orders:");

        using var run = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                typeof(DataFolder).Assembly.Location, "process", "--orders", Sample("orders.jsonl"), "--stock", Sample("stock.csv"), "--rabbitmq",
                BrokerLine().Match(text).Groups[1].Value, "--postgres", DatabaseLine().Match(text).Groups[1].Value, "--submit-only", "--watch", "--json",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        (await run.StandardOutput.ReadToEndAsync()).ShouldContain("\"orders\":40,\"fulfilled\":29,\"cancelled\":11,");

        await Terminal.Interrupt(up);
        (await up.StandardOutput.ReadToEndAsync()).Trim().ShouldBe("Stopping …");
        await up.WaitForExitAsync();
        up.ExitCode.ShouldBe(0, await trouble);
        using var client = new HttpClient();
        foreach (Match host in Health().Matches(text))
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri(host.Value)));
    }

    static string Sample(string file) => Path.Combine(Path.GetDirectoryName(typeof(DataFolder).Assembly.Location)!, "samples", file);

    [GeneratedRegex(@"RabbitMQ +(amqp://\S+)")]
    private static partial Regex BrokerLine();

    [GeneratedRegex(@"PostgreSQL +(Host=\S+)")]
    private static partial Regex DatabaseLine();

    [GeneratedRegex(@"http://127\S+")]
    private static partial Regex Health();
}
