using System.Text.RegularExpressions;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Payment;
using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Otlp;
using Orchestrator.Tests.Unit;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>Hosts with problems, and what their operators see.</summary>
[Category("Broker")]
public partial class The_dashboard
{
    static readonly string Alerts = Path.Combine(Repository.Root, "deploy/prometheus/alerts.yml");

    PrivatePrometheus? _prometheus;
    TracedHosts _traced = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _traced = await TracedHosts.Start(("Sagas__Pace", "0.2"), ("Reconciliation__Cron", "0/5 * * * * ?"));
        // Debian builds Prometheus without its receiver for OTLP. So Prometheus scrapes our receiver, as it would scrape a collector.
        var configuration = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/prometheus/prometheus.yml"));
        _prometheus = await PrivatePrometheus.Start($"""
            {configuration.Replace("alerts.yml", Alerts, StringComparison.Ordinal)}
            scrape_configs:
              - job_name: receiver
                honor_labels: true
                scrape_interval: 1s
                static_configs: [targets: ["{new Uri(_traced.Receiver.Address).Authority}"]]
            """);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _traced.DisposeAsync();
        if (_prometheus is not null)
            await _prometheus.DisposeAsync();
    }

    [Test]
    public async Task Has_data_for_every_query_and_the_trace_of_the_order_in_trouble_is_one_tree()
    {
        // A column is missing. The command that needs it fails, comes again twice, and is set aside, and the saga gets no answer.
        await Rename("postal_code", "gone");
        var troubled = (await _traced.Hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        await Eventually.Is(
            async () => (await _traced.Hosts.DeadLetters()).Any(letter => letter.Type == "BookShipment"), "it was not set aside");
        // An undo that is held and then refused. The money stays held, and only an operator can decide.
        var suspended = (await _traced.Hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), customer: "NOCAPTURE-1")))[0];
        await _traced.Journalled(suspended, "to_state = 'Running: BookShipment'");
        await Operate(new HoldStep("order-fulfilment", "AuthorizePayment", "ada", "a trial"));
        await Eventually.Is(
            async () => await _traced.Hosts.Count("orchestrator", "SELECT count(*) FROM step_hold") == 1, "the step is not held");
        await _traced.Journalled(troubled, "message_type = 'DeadlineReached'", times: 3);
        await Rename("gone", "postal_code");
        await _traced.Journalled(suspended, "message_type = 'ShipmentCancelled'");
        await _traced.Publish(new PaymentVoidRefused(suspended, 1, "a trial"));
        await Operate(new ReleaseStep("order-fulfilment", "AuthorizePayment", null, "ada", "it is over"));
        await Eventually.Is(async () => (await _traced.Hosts.States()).GetValueOrDefault("Suspended") == 1, "it was not suspended");

        await _traced.Journalled(troubled, "to_state = 'Completed'");
        IsOneTree(await _traced.Trace(troubled, trace => trace.Messages.Contains(TracedHosts.End)));
        if (_prometheus is null)
            await EveryMetricIsExported();
        else
            await EveryQueryHasAnAnswer(_prometheus);
    }

    // An alert on a rise does not see a series that begins with its first finding.
    [Test]
    public Task Has_a_series_for_each_kind_of_contradiction_before_one_is_found() => Eventually.Is(
        () => Task.FromResult(
            _traced.Receiver.Metrics.Select(metric => metric.Metric).Where(metric => metric.Name == "orchestrator.reconciliation.findings")
                .SelectMany(metric => metric.Sum.DataPoints).Select(point => OtlpReceiver.Attribute(point.Attributes, "kind"))
                .ToHashSet().SetEquals(Enum.GetNames<ContradictionKind>())),
        "a kind of contradiction has no series");

    static void IsOneTree(TraceTree tree)
    {
        tree.Roots.ShouldHaveSingleItem();
        var tries = tree.Of("process shipping-commands: BookShipment");
        tries.Count(attempt => attempt.Span.Status?.Code == 2).ShouldBeGreaterThanOrEqualTo(3, "at once, and after each wait");
        tries[^1].Span.Status?.Code.ShouldNotBe(2);
        tree.Above(tree.Of("process order-fulfilment-deadlines: DeadlineReached")[0]).ShouldBe(
            ["send order-fulfilment-deadlines: DeadlineReached", "process order-fulfilment-intake: OrderSubmitted"]);
        tree.Above(tries[^1]).ShouldContain("process order-fulfilment-deadlines: DeadlineReached");
    }

    async Task EveryQueryHasAnAnswer(PrivatePrometheus prometheus)
    {
        IReadOnlyList<string> silent = [];
        await Eventually.Is(
            async () =>
            {
                // Rates need events while they are read, and a deadline is one.
                await _traced.Hosts.Submit(
                    EmbeddedRun.Line(Guid.CreateVersion7()), EmbeddedRun.Line(Guid.CreateVersion7(), customer: "DECLINE-1"));
                var asked = new List<string>();
                foreach (var query in Dashboard.Queries)
                {
                    if ((await prometheus.Query(query)).Count == 0)
                        asked.Add(query);
                }

                silent = asked;
                return asked.Count == 0;
            },
            TimeSpan.FromMinutes(3), () => Task.FromResult($"no data for:{Environment.NewLine}{string.Join(Environment.NewLine, silent)}"));
        (await prometheus.Query("max(orchestrator_saga_instances{saga_state=\"Suspended\"})")).ShouldHaveSingleItem().Value.ShouldBe(1);
        (await prometheus.Query("max by (currency) (orchestrator_money_at_risk)")).ShouldHaveSingleItem().Value.ShouldBe(168);
        (await prometheus.Query("max(orchestrator_dead_letters{messaging_destination_name=\"shipping-commands\"})"))
            .ShouldHaveSingleItem().Value.ShouldBeGreaterThanOrEqualTo(1);
        (await prometheus.Query("group by (job) (dotnet_process_memory_working_set_bytes)")).Count.ShouldBe(4);
        await Eventually.Is(
            async () => (await prometheus.Alerts()).Count == AlertNames().Count, "not every alert was loaded and evaluated");
        var ids = await prometheus.Query(
            """group({__name__=~"orchestrator_.*|messaging_.*", message_type=~".*[0-9a-f]{8}-.*|.*\\d{5}.*"} or """
            + """{__name__=~"orchestrator_.*|messaging_.*", messaging_destination_name=~".*[0-9a-f]{8}-.*"})""");
        ids.ShouldBeEmpty("no id may be a label of a series");
    }

    async Task EveryMetricIsExported()
    {
        var named = Dashboard.Queries.SelectMany(Dashboard.Metrics).Distinct().ToList();
        List<string> missing = [];
        await Eventually.Is(
            () =>
            {
                var exported = _traced.Receiver.Metrics.SelectMany(metric => Exposition.NamesOf(metric.Metric)).ToHashSet();
                missing = [.. named.Where(name => !exported.Contains(name))];
                return Task.FromResult(missing.Count == 0);
            },
            TimeSpan.FromMinutes(2), () => Task.FromResult($"no host exports {string.Join(", ", missing)}"));
    }

    async Task Operate<T>(T command)
        where T : class =>
            await (await (await _traced.Hosts.Bus()).GetSendEndpoint(new Uri($"exchange:{OperatorQueues.Commands}"))).Send(command);

    async Task Rename(string column, string to) =>
        await _traced.Hosts.Store("shipping").Write(sql => sql.Execute($"ALTER TABLE shipping_shipment RENAME COLUMN {column} TO {to}"));

    static IReadOnlyCollection<string> AlertNames() =>
        [.. Alert().Matches(File.ReadAllText(Alerts)).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();
}
