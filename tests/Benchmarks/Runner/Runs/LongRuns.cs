using System.Diagnostics;
using System.Globalization;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>The measurements other than the comparison with the floor. Each has contenders of its own.</summary>
sealed class LongRuns(BenchServers servers, Programs programs, Plan plan, Results results, Action<string> tell)
{
    static readonly Dictionary<string, Func<LongRuns, Task>> Parts = new()
    {
        ["four-commands"] = runs => runs.FourCommands(),
        ["hot"] = runs => runs.HotSaga(),
        ["replicas"] = runs => runs.Replicas(),
        ["starts"] = runs => runs.Starts(),
        ["filled"] = runs => runs.Filled(),
        ["deadlines"] = runs => runs.Deadlines(),
        ["telemetry"] = runs => runs.Telemetry(),
    };

    static readonly Dictionary<string, string> FewAtOnce = new() { ["Broker__Prefetch"] = "4" };

    readonly LongPlan _more = plan.Long;

    /// <summary>The measurements.</summary>
    public static IReadOnlyCollection<string> Names => Parts.Keys;

    Figures Figures => results.Figures;

    /// <summary>Runs the measurements of the plan.</summary>
    public async Task Run()
    {
        foreach (var (name, run) in Parts)
        {
            if (plan.Parts.Contains(name))
                await run(this);
        }
    }

    async Task FourCommands()
    {
        await using var floor = await Entrant.Of(await Contender.Floor(servers, programs, "four", commands: 4));
        await floor.Shop.Submit(plan.WarmUp);
        var rates = new List<Throughput>();
        for (var i = 0; i < _more.FilledRounds; i++)
            rates.Add(await Duel.Measure(servers, floor, plan.Orders));
        Figures.FloorOfFourCommands = rates;
        tell(FormattableString.Invariant($"floor, four commands an order: {Duel.Median(rates.Select(rate => rate.OrdersPerSecond)):0}/s"));
    }

    async Task HotSaga()
    {
        await using var product = await Entrant.Of(await Contender.Product(servers, programs, "hot"));
        Figures.HotSaga = await HotSagaRun.Run(product, _more.HotMessages);
        tell(FormattableString.Invariant($"one saga, {_more.HotMessages} messages: {Figures.HotSaga.MessagesPerSecond:0}/s"));
    }

    async Task Replicas()
    {
        Figures.TwoWorkersPrefetch4 = await TwoAgainstOne("few", FewAtOnce, _more.ReplicaOrders);
        Figures.TwoWorkersSaturated = await TwoAgainstOne("many", [], plan.Orders);
    }

    async Task<Comparison> TwoAgainstOne(string name, Dictionary<string, string> settings, int orders)
    {
        await using var two = await Entrant.Of(await Contender.Product(servers, programs, $"two_{name}", workers: 2, settings));
        await using var one = await Entrant.Of(await Contender.Product(servers, programs, $"one_{name}", workers: 1, settings));
        foreach (var entrant in new[] { two, one })
            await entrant.Shop.Submit(plan.WarmUp);
        var comparison = await Duel.Run(servers, two, one, orders, _more.FilledRounds, tell);
        foreach (var entrant in new[] { two, one })
            await entrant.Contender.Books.Check(entrant.Contender.Handled);
        return comparison;
    }

    // Each host starts alone. Its tables and queues exist already, as in a deployment.
    async Task Starts()
    {
        await using var product = await Contender.Product(servers, programs, "start");
        var times = new List<StartTime>();
        foreach (var index in Enumerable.Range(0, product.Hosts.Count))
        {
            var tries = new List<double>();
            for (var i = 0; i < _more.FilledRounds; i++)
                tries.Add((await product.Restart(index)).TotalSeconds);
            times.Add(new StartTime(product.Hosts[index].Name, Duel.Median(tries), tries));
        }

        Figures.StartToReady = times;
        var told = times.Select(time => FormattableString.Invariant($"{time.Host} {time.Seconds:0.0} s"));
        tell($"start to ready: {string.Join(", ", told)}");
    }

    async Task Filled()
    {
        var watch = Stopwatch.StartNew();
        await using var filled = await Entrant.Of(await Contender.Product(
            servers, programs, "filled", fill: books =>
                ManyOrders.FillOpen(books.Of, _more.OpenSagas, _more.JournalRows / _more.OpenSagas)));
        tell(FormattableString.Invariant(
            $"{_more.OpenSagas} open sagas with {_more.JournalRows} journal rows, made in {watch.Elapsed.TotalSeconds:0} s"));
        await servers.Execute("CHECKPOINT");
        await using var empty = await Entrant.Of(await Contender.Product(servers, programs, "empty"));
        foreach (var entrant in new[] { filled, empty })
            await entrant.Shop.Submit(plan.WarmUp);
        Figures.MillionSagas = await Duel.Run(servers, filled, empty, plan.Orders, _more.FilledRounds, tell);
        results.RatioAtMillionSagas = Figures.MillionSagas.Ratio;
        await filled.Contender.Books.Check(filled.Contender.Handled, (_more.OpenSagas, _more.JournalRows));
        await empty.Contender.Books.Check(empty.Contender.Handled);
    }

    async Task Deadlines()
    {
        await using var product = await Entrant.Of(await Contender.Product(
            servers, programs, "deadlines", workers: 2, fill: books =>
                ManyOrders.FillOpen(books.Of, _more.Deadlines, DeadlinesRun.RowsEach)));
        await product.Shop.Submit(plan.WarmUp);
        Figures.Deadlines = await DeadlinesRun.Run(product, _more.Deadlines, _more.DeadlineOrders);
        var due = Figures.Deadlines;
        tell(FormattableString.Invariant(
            $"{due.Sagas} deadlines due at once, two workers: sent within {due.SentSeconds:0} s (60 are wanted)"));
        tell(FormattableString.Invariant(
            $"sagas acted after {due.LatenessP50:0.0} s (p50), {due.LatenessP99:0.0} s (p99); ")
            + FormattableString.Invariant($"{due.Orders} orders meanwhile within {due.OrdersSeconds:0} s"));
    }

    // It exports all signals at the default intervals, to a receiver that only counts them.
    async Task Telemetry()
    {
        const double Chosen = 0.05;
        await using var receiver = await OtlpReceiver.Start(keeps: false);
        Dictionary<string, string> signals = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = Chosen.ToString(CultureInfo.InvariantCulture),
        };
        await using var with = await Entrant.Of(await Contender.Product(servers, programs, "with_telemetry", telemetry: signals));
        await using var without = await Entrant.Of(await Contender.Product(servers, programs, "without_telemetry", telemetry: []));
        foreach (var entrant in new[] { with, without })
            await entrant.Shop.Submit(plan.WarmUp);
        Figures.Telemetry = await Duel.Run(servers, with, without, plan.Orders, plan.Rounds, tell);
        tell(FormattableString.Invariant(
            $"telemetry costs {(1 - Figures.Telemetry.Ratio) * 100:0.0} % (at most 5 are wanted); {receiver.Bytes / 1e6:0} MB exported"));
    }
}
