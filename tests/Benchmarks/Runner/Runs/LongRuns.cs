using System.Diagnostics;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Generator;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>What only the full plan does, each on contenders of its own.</summary>
sealed class LongRuns(BenchServers servers, Programs programs, Plan plan, LongPlan more, Results results, Action<string> tell)
{
    static readonly Dictionary<string, string> FewAtOnce = new() { ["Broker__Prefetch"] = "4" };

    Figures Figures => results.Figures;

    /// <summary>Runs them.</summary>
    public async Task Run()
    {
        await FourCommands();
        await HotSaga();
        await Replicas();
        await Starts();
        await Filled();
    }

    async Task FourCommands()
    {
        await using var floor = await Entrant.Of(await Contender.Floor(servers, programs, "four", commands: 4));
        await floor.Shop.Submit(plan.WarmUp);
        var rates = new List<Throughput>();
        for (var i = 0; i < more.FilledRounds; i++)
            rates.Add(await Duel.Measure(servers, floor, plan.Orders));
        Figures.FloorOfFourCommands = rates;
        tell(FormattableString.Invariant($"floor, four commands an order: {Duel.Median(rates.Select(rate => rate.OrdersPerSecond)):0}/s"));
    }

    async Task HotSaga()
    {
        await using var product = await Entrant.Of(await Contender.Product(servers, programs, "hot"));
        Figures.HotSaga = await HotSagaRun.Run(product, more.HotMessages);
        tell(FormattableString.Invariant($"one saga, {more.HotMessages} messages: {Figures.HotSaga.MessagesPerSecond:0}/s"));
    }

    async Task Replicas()
    {
        Figures.TwoWorkersPrefetch4 = await TwoAgainstOne("few", FewAtOnce, more.ReplicaOrders);
        Figures.TwoWorkersSaturated = await TwoAgainstOne("many", [], plan.Orders);
    }

    async Task<Comparison> TwoAgainstOne(string name, Dictionary<string, string> settings, int orders)
    {
        await using var two = await Entrant.Of(await Contender.Product(servers, programs, $"two_{name}", workers: 2, settings));
        await using var one = await Entrant.Of(await Contender.Product(servers, programs, $"one_{name}", workers: 1, settings));
        foreach (var entrant in new[] { two, one })
            await entrant.Shop.Submit(plan.WarmUp);
        var comparison = await Duel.Run(servers, two, one, orders, more.FilledRounds, tell);
        foreach (var entrant in new[] { two, one })
            await entrant.Contender.Books.Check(entrant.Contender.Handled);
        return comparison;
    }

    // Each alone: it has tables and queues already, as when it comes again after a deployment.
    async Task Starts()
    {
        await using var product = await Contender.Product(servers, programs, "start");
        var times = new List<StartTime>();
        foreach (var index in Enumerable.Range(0, product.Hosts.Count))
        {
            var tries = new List<double>();
            for (var i = 0; i < more.FilledRounds; i++)
                tries.Add((await product.Restart(index)).TotalSeconds);
            times.Add(new StartTime(product.Hosts[index].Name, Duel.Median(tries), tries));
        }

        Figures.StartToReady = times;
        tell($"start to ready: {string.Join(", ", times.Select(time => FormattableString.Invariant($"{time.Host} {time.Seconds:0.0} s")))}");
    }

    async Task Filled()
    {
        var watch = Stopwatch.StartNew();
        await using var filled = await Entrant.Of(await Contender.Product(
            servers, programs, "filled", fill: books => ManyOrders.FillOpen(books.Of, more.OpenSagas, more.JournalRows / more.OpenSagas)));
        tell(FormattableString.Invariant($"{more.OpenSagas} open sagas with {more.JournalRows} journal rows, made in {watch.Elapsed.TotalSeconds:0} s"));
        await servers.Execute("CHECKPOINT");
        await using var empty = await Entrant.Of(await Contender.Product(servers, programs, "empty"));
        foreach (var entrant in new[] { filled, empty })
            await entrant.Shop.Submit(plan.WarmUp);
        Figures.MillionSagas = await Duel.Run(servers, filled, empty, plan.Orders, more.FilledRounds, tell);
        results.RatioAtMillionSagas = Figures.MillionSagas.Ratio;
        await filled.Contender.Books.Check(filled.Contender.Handled, (more.OpenSagas, more.JournalRows));
        await empty.Contender.Books.Check(empty.Contender.Handled);
    }
}
