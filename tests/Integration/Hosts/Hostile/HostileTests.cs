using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.Worker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>
/// Hostile messages to every queue of every host, while good orders come. HOSTILE_SEED chooses another run, HOSTILE_MESSAGES (of all kinds)
/// and HOSTILE_ROW (consecutive broken ones, to two queues) make it longer.
/// </summary>
public class Hostile_messages
{
    const long Units = 10_000_000;
    const int Round = 50, Rounds = 3;

    // The suffixes of the queues that belong to a queue.
    static readonly string[] Parts = ["", "_dead", "_redelivery-1000ms", "_redelivery-2000ms"];

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    static readonly int Seed = Setting("HOSTILE_SEED", 1), Messages = Setting("HOSTILE_MESSAGES", 1_500),
    Row = Setting("HOSTILE_ROW", 1_000);

    RealHosts _hosts = null!;
    Flood _flood = null!;

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        await _hosts.Start(RealHosts.WorkerOfTwo, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await _hosts.Stock(("NW-11", Units));
        _flood = new Flood(_hosts.Broker);
    }

    [TearDown]
    public async Task Stop() => await _hosts.DisposeAsync();

    [Test]
    public async Task End_no_host_stop_no_queue_and_are_set_aside_while_good_orders_go_on()
    {
        // Orders that have ended one after the other. The well-formed hostile messages are about them.
        var victims = (await Carry()).Orders;
        var undisturbed = await CarryRounds();
        var hostile = new HostileMessages(Seed, victims);
        var sending = Task.Run(async () =>
        {
            await _flood.Send(hostile.Make(Messages, huge: 4));
            await _flood.Send(hostile.InARow(Row, Inbox.Of(SagaQueues.Outcomes("order-fulfilment"))));
            await _flood.Send(hostile.InARow(Row, Inbox.Of(PaymentQueues.Commands)));
        });
        var disturbed = await CarryRounds();
        await sending;
        await Eventually.Is(async () => (await Missing()).Count == 0, Patience, Problem);
        await Eventually.Is(async () => (await Waiting()).Count == 0, Patience, Problem);
        await Carry();

        foreach (var host in _hosts.Running)
        {
            host.HasExited.ShouldBeFalse(host.Name);
            (await host.Answers("/health/ready")).ShouldBe(200, host.Name);
        }

        (await _hosts.Running[0].HealthReport())
            .ShouldContain("messages of types that this version does not know wait for a newer replica");
        await _hosts.BooksAgree(Units);
        await TestContext.Out.WriteLineAsync(
            $"seed {Seed}: {string.Join(", ", _flood.Sent.Select(kind => $"{kind.Value} {kind.Key}"))}{Environment.NewLine}"
            + $"{Round} orders undisturbed: {Times(undisturbed)}; disturbed: {Times(disturbed)}; speed "
            + $"{Median(undisturbed) / Median(disturbed):P0}");
    }

    [Test]
    public void Are_the_same_for_the_same_seed()
    {
        Guid[] victims = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        Print(7).ShouldBe(Print(7));
        Print(7).ShouldNotBe(Print(8));

        string Print(int seed) => string.Join('\n', new HostileMessages(seed, victims).Make(300, huge: 0).Select(
            message =>
                $"{message.Kind} {message.Queue} {message.Exchange} {JsonSerializer.Serialize(message.Properties.Headers)} "
                + $"{Convert.ToBase64String(message.Body)}"));
    }

    async Task<List<double>> CarryRounds()
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
            times.Add((await Carry()).Seconds);
        return times;
    }

    /// <summary>Good orders, from their submission until all of them have ended as they should.</summary>
    async Task<(IReadOnlyList<Guid> Orders, double Seconds)> Carry()
    {
        var took = Stopwatch.StartNew();
        var orders = await _hosts.Submit(OrderLines.Make(Round));
        var among = $"id IN ({string.Join(", ", orders.Select(id => $"'{id}'"))})";
        await Eventually.Is(async () => await Sagas($"{among} AND completed_at IS NOT NULL") == Round, Patience, Problem);
        (await Sagas($"{among} AND state = 'Completed'")).ShouldBe(OrderLines.Fulfilled(Round));
        return (orders, took.Elapsed.TotalSeconds);
    }

    Task<long> Sagas(string which) => _hosts.Count(WorkerRegistration.Party, $"SELECT count(*) FROM saga WHERE {which}");

    /// <summary>The messages that should be in the table <c>dead_letter</c> and are not.</summary>
    async Task<List<HostileMessage>> Missing()
    {
        var kept = (await _hosts.Store(WorkerRegistration.Party).Read(sql => sql.Query(
            "SELECT source_queue, encode(sha256(convert_to(body, 'UTF8')), 'hex') FROM dead_letter WHERE reason <> ''",
            row => (row.GetString(0), row.GetString(1))))).ToHashSet();
        return [.. _flood.ToSetAside.Where(expected => !kept.Contains(expected.Key)).Select(expected => expected.Value)];
    }

    /// <summary>The queues in which more or fewer messages wait than should.</summary>
    async Task<List<string>> Waiting()
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var waiting = new List<string>();
        foreach (var queue in Inbox.All.Select(inbox => inbox.Queue))
        {
            var (count, due) = (0L, _flood.ToWait.GetValueOrDefault(queue));
            foreach (var part in Parts)
                count += await channel.MessageCountAsync(queue + part);
            if (count != due)
                waiting.Add($"{count} in {queue}, not {due}");
        }

        return waiting;
    }

    async Task<string> Problem()
    {
        var missing = await Missing();
        return string.Join(Environment.NewLine,
        [
            $"seed {Seed}; of {_flood.ToSetAside.Count} that must be set aside {missing.Count} are not; "
                + $"{string.Join(", ", await Waiting())}",
            .. missing.CountBy(message => (message.Kind, message.Queue))
            .Select(kind => $"{kind.Value} {kind.Key.Kind} of {kind.Key.Queue}"),
            .. missing.Where(message => message.Body.Length < 2_000).Take(5)
            .Select(message => System.Text.Encoding.UTF8.GetString(message.Body)),
            .. _hosts.Running.Select(
                host => $"{host.Name} {(host.HasExited ? "has ended" : "runs")}: {host.Output[^Math.Min(3_000, host.Output.Length)..]}"),
        ]);
    }

    static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    static string Times(List<double> seconds) =>
        string.Join(", ", seconds.Select(time => time.ToString("F1", CultureInfo.InvariantCulture) + " s"));

    static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
