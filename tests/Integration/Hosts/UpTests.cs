using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Orchestrator.Local;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Hosts;

public partial class Everything_on_a_developers_machine
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task Starts_again_what_ends_takes_orders_as_it_says_and_stops_with_nothing_left()
    {
        using var up = Start();
        var trouble = up.StandardError.ReadToEndAsync();
        var text = await Until(up, "Ctrl-C stops everything");
        text.ShouldContain("Send it orders:");
        var secrets = SecretsLine().Match(text).Groups[1].Value;
        var passwords = Directory.GetFiles(secrets).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        passwords.Keys.ShouldBe(["Passwords__Postgres", "Passwords__RabbitMQ"], ignoreOrder: true);
        // The output, and the arguments of all processes, which every user can see.
        var arguments = Arguments.Now();
        arguments.ShouldContain(line => line.Contains("Orchestrator.Worker.dll", StringComparison.Ordinal));
        foreach (var password in passwords.Values)
        {
            text.ShouldNotContain(password);
            arguments.ShouldNotContain(line => line.Contains(password, StringComparison.Ordinal));
        }

        Kill("Orchestrator.Services.Payment.dll", $":{PaymentPort().Match(text).Groups[1].Value}");
        (await Until(up, "Orchestrator.Services.Payment is there again.")).ShouldContain(
            "Orchestrator.Services.Payment ended by itself with exit code 137; it is started again in 1 s. Its last output:");
        Kill("beam.smp", $"orchestrator-{Port(BrokerLine().Match(text).Groups[1].Value)}@localhost");
        (await Until(up, "RabbitMQ is there again, with its data.")).ShouldContain("RabbitMQ ended by itself; it is started again in 1 s.");
        Kill("bin/postgres", $" -p {DatabasePort().Match(text).Groups[1].Value}");
        (await Until(up, "PostgreSQL is there again, with its data."))
            .ShouldContain("PostgreSQL ended by itself; it is started again in 1 s.");

        using var run = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                typeof(ProcessOptions).Assembly.Location, "process", "--orders", Sample("orders.jsonl"), "--stock", Sample("stock.csv"),
                "--rabbitmq",
                BrokerLine().Match(text).Groups[1].Value, "--postgres", DatabaseLine().Match(text).Groups[1].Value, "--submit-only",
                "--watch", "--json",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Secrets__Folder"] = secrets },
        })!;
        var warnings = run.StandardError.ReadToEndAsync();
        (await run.StandardOutput.ReadToEndAsync()).ShouldContain("\"orders\":40,\"fulfilled\":29,\"cancelled\":11,");
        (await warnings).ShouldNotContain("Passwords__");

        await Terminal.Interrupt(up);
        (await up.StandardOutput.ReadToEndAsync()).Trim().ShouldEndWith("Stopping …");
        await up.WaitForExitAsync();
        up.ExitCode.ShouldBe(0, await trouble);
        Directory.Exists(secrets).ShouldBeFalse();
        using var client = new HttpClient();
        foreach (Match host in Health().Matches(text))
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri(host.Value)));
    }

    [Test]
    public async Task Leaves_away_what_ends_and_goes_on_without_it_to_rehearse_an_outage()
    {
        using var up = Start("--no-restart");
        var text = await Until(up, "Ctrl-C stops everything");
        Kill("Orchestrator.Services.Payment.dll", $":{PaymentPort().Match(text).Groups[1].Value}");
        (await Until(up, "Its last output:"))
            .ShouldContain("Orchestrator.Services.Payment ended by itself with exit code 137; it is not started again.");
        using var client = new HttpClient();
        foreach (Match host in Health().Matches(text))
        {
            var health = () => client.GetAsync(new Uri(host.Value));
            if (host.Value.Contains($":{PaymentPort().Match(text).Groups[1].Value}/", StringComparison.Ordinal))
                await Should.ThrowAsync<HttpRequestException>(health);
            else
                (await health()).StatusCode.ShouldBe(HttpStatusCode.OK, host.Value);
        }

        await Terminal.Interrupt(up);
        await up.WaitForExitAsync().WaitAsync(Patience);
        up.ExitCode.ShouldBe(0);
    }

    [Test]
    public async Task Says_that_a_port_is_taken_before_it_starts_anything()
    {
        var port = FreePort.Next();
        using var taken = new TcpListener(IPAddress.Loopback, port + 2);
        taken.Start();
        var (exitCode, output, error) = await Ended("--port", $"{port}");
        (exitCode, output).ShouldBe((1, ""));
        error.Trim()
            .ShouldBe(
                $"Port {port + 2} is taken, at which the health of Orchestrator.Services.Payment would be asked for; name the first of "
                + $"four free ones with --port.");
    }

    [TestCase("--replicas", "0", "Option '--replicas' is a number from 1 to 8; --help tells what can be asked for.")]
    [TestCase("--restart", "never", "Unrecognized command or argument '--restart'; --help tells what can be asked for.")]
    public async Task Refuses_wrong_arguments_with_a_sentence(string option, string value, string sentence)
    {
        var (exitCode, output, error) = await Ended(option, value);
        (exitCode, output, error.Trim()).ShouldBe((2, "", sentence));
    }

    static Process Start(params string[] arguments) => Terminal.Start(
        Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Up.dll"), ["--port", $"{FreePort.Next()}", .. arguments]);

    static async Task<(int ExitCode, string Output, string Error)> Ended(params string[] arguments)
    {
        using var up = Terminal.Start(Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tests.Up.dll"), arguments);
        var said = await Task.WhenAll(up.StandardOutput.ReadToEndAsync(), up.StandardError.ReadToEndAsync()).WaitAsync(Patience);
        await up.WaitForExitAsync();
        return (up.ExitCode, said[0], said[1]);
    }

    /// <returns>The output until then.</returns>
    static async Task<string> Until(Process up, string words)
    {
        var said = new List<string>();
        do
            said.Add((await up.StandardOutput.ReadLineAsync().WaitAsync(Patience)).ShouldNotBeNull(string.Join('\n', said)));
        while (!said[^1].Contains(words, StringComparison.Ordinal));
        return string.Join('\n', said);
    }

    // The one process whose command line and environment contain both. Others may run the same program.
    static void Kill(params string[] words)
    {
        var killed = 0;
        foreach (var process in Process.GetProcesses())
        {
            try
            {
                var text = $"{File.ReadAllText($"/proc/{process.Id}/cmdline")}\0{File.ReadAllText($"/proc/{process.Id}/environ")}".Replace(
                    '\0', ' ');
                if (!words.All(word => text.Contains(word, StringComparison.Ordinal)))
                    continue;
                process.Kill();
                killed++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // The process has ended, or belongs to another user.
            }
        }

        killed.ShouldBe(1, string.Join(", ", words));
    }

    static string Sample(string file) => Path.Combine(Path.GetDirectoryName(typeof(ProcessOptions).Assembly.Location)!, "samples", file);

    static int Port(string address) => new Uri(address).Port;

    [GeneratedRegex(@"RabbitMQ +(amqp://\S+)")]
    private static partial Regex BrokerLine();

    [GeneratedRegex(@"PostgreSQL +(Host=\S+)")]
    private static partial Regex DatabaseLine();

    [GeneratedRegex(@"PostgreSQL +Host=\S*Port=(\d+)")]
    private static partial Regex DatabasePort();

    [GeneratedRegex(@"Orchestrator\.Services\.Payment +http://127\.0\.0\.1:(\d+)")]
    private static partial Regex PaymentPort();

    [GeneratedRegex(@"Passwords +(/\S+)")]
    private static partial Regex SecretsLine();

    [GeneratedRegex(@"http://127\S+")]
    private static partial Regex Health();
}
