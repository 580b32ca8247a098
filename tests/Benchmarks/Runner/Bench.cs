using System.Diagnostics;
using Orchestrator.Tests.Benchmarks.Load;
using Orchestrator.Tests.Benchmarks.Measures;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Benchmarks.Runs;
using Orchestrator.Tests.Benchmarks.Site;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Benchmarks;

/// <summary>All runs of a plan, one after the other.</summary>
sealed class Bench(Plan plan, Programs programs, Action<string> tell)
{
    readonly Results _results = new();

    Figures Figures => _results.Figures;

    /// <summary>Runs all of the plan.</summary>
    /// <exception cref="InvalidOperationException">A contender ended, or its books are wrong.</exception>
    public async Task<Results> Run()
    {
        var watch = Stopwatch.StartNew();
        (Figures.Plan, Figures.At, Figures.Machine) = (plan.Name, TimeProvider.System.GetUtcNow(), Machine.Describe());
        tell("starting PostgreSQL and RabbitMQ");
        await using (var servers = await BenchServers.Start(plan.Export))
        {
            if (Does(Plan.Floor) || Does(Plan.Many))
                await AgainstTheFloor(servers);
            await new LongRuns(servers, programs, plan, _results, tell).Run();
        }

        if (Does(Plan.Embedded))
            await InOneProcess();
        Figures.Minutes = watch.Elapsed.TotalMinutes;
        return _results;
    }

    bool Does(string part) => plan.Parts.Contains(part);

    async Task InOneProcess()
    {
        Figures.EmbeddedSeconds = await Embedded.Run(programs, plan.EmbeddedOrders);
        _results.EmbeddedOrdersPerSecond = plan.EmbeddedOrders / Figures.EmbeddedSeconds;
        tell(FormattableString.Invariant($"embedded: {_results.EmbeddedOrdersPerSecond:0} orders/s"));
    }

    async Task AgainstTheFloor(BenchServers servers)
    {
        const int RowsEach = 3;
        await using var product = await Entrant.Of(await Contender.Product(
            servers, programs, "product", fill: books => ManyOrders.FillOpen(books.Of, plan.OpenSagas, RowsEach)));
        await using var floor = await Entrant.Of(await Contender.Floor(servers, programs, "floor"));
        await RuntimeMeters.Told(servers, product.Contender);
        var allocated = RuntimeMeters.AllocatedBytes(servers, product.Contender);
        tell("warming up");
        await floor.Shop.Submit(plan.WarmUp);
        var few = await Duel.Measure(servers, product, plan.WarmUp);
        await Idle(servers, product, floor);

        Figures.TenThousand = await Duel.Run(servers, product, floor, plan.Orders, plan.Rounds, tell);
        _results.RatioToFloor10k = Figures.TenThousand.Ratio;
        if (Does(Plan.Many))
        {
            var more = plan.Long;
            Figures.HundredThousand = await Duel.Run(servers, product, floor, more.Orders, more.Rounds, tell);
            _results.RatioToFloor100k = Figures.HundredThousand.Ratio;
            _results.Flatness = Figures.HundredThousand.FirstMedian / Figures.TenThousand.FirstMedian;
            Figures.ResidentWithBacklog =
            [
                .. few.Processes.Where(process => process.Name.StartsWith("Orchestrator.", StringComparison.Ordinal))
                    .Select(process => Backlog(process, Figures.HundredThousand)),
            ];
            await HalfLoad(product, floor, more.HalfLoad);
        }

        Figures.DeadlinesPassed = await product.Contender.Books.Check(
            product.Contender.Handled, (plan.OpenSagas, (long)plan.OpenSagas * RowsEach));
        await floor.Contender.Books.Check(floor.Contender.Handled);
        // The processes export their last measurements when they stop.
        await product.Contender.Stop();
        _results.AllocatedKBPerOrder = (
            RuntimeMeters.AllocatedBytes(servers, product.Contender) - allocated) / 1_000 / product.Contender.Handled;
        var (roundTrips, commits, messages) = RuntimeMeters.Journal(servers, product.Contender);
        Figures.Store = Figures.Store! with { UnderLoadRoundTrips = roundTrips / messages, UnderLoadCommits = commits / messages };
    }

    async Task Idle(BenchServers servers, Entrant product, Entrant floor)
    {
        await Statements.Reset(servers);
        var ours = await product.Shop.SubmitInTurn(plan.IdleOrders);
        var counted = await Statements.Read(servers, product.Contender);
        var theirs = await floor.Shop.SubmitInTurn(plan.IdleOrders);
        Figures.Idle = [LatencyOf("product", ours), LatencyOf("floor", theirs)];
        _results.IdleP50RatioToFloor = Figures.Idle[0].P50 / Figures.Idle[1].P50;
        var messages = plan.IdleOrders * (double)Orders.SagaMessages;
        Figures.Store = new StoreWork(
            counted.RoundTrips / messages, counted.Commits / messages, 0, 0,
            counted.Texts.ToDictionary(text => text.Text, text => text.Calls));
        (_results.RoundTripsPerSagaMessage, _results.CommitsPerSagaMessage) = (
            Figures.Store.RoundTripsPerSagaMessage, Figures.Store.CommitsPerSagaMessage);
        tell(FormattableString.Invariant(
            $"idle: product p50 {Figures.Idle[0].P50:0.0} ms, floor {Figures.Idle[1].P50:0.0} ms; ")
            + FormattableString.Invariant(
                $"{_results.RoundTripsPerSagaMessage:0.00} round trips and {_results.CommitsPerSagaMessage:0.00} commits a message"));
    }

    async Task HalfLoad(Entrant product, Entrant floor, TimeSpan time)
    {
        var figures = new List<Latency>();
        foreach (
            var (entrant, possible) in new[] { (product, Figures.TenThousand!.FirstMedian), (floor, Figures.TenThousand.SecondMedian) })
        {
            var rate = possible / 2;
            figures.Add(LatencyOf(entrant.Contender.Name, await entrant.Shop.Submit((int)(rate * time.TotalSeconds), rate)));
            tell(FormattableString.Invariant(
                $"half load: {entrant.Contender.Name} at {rate:0} orders/s: p50 {figures[^1].P50:0} ms, p99 {figures[^1].P99:0} ms"));
        }

        Figures.HalfLoad = figures;
        _results.HalfLoadP99Ms = figures[0].P99;
    }

    static Backlog Backlog(ProcessFigures few, Comparison many)
    {
        var most = many.Rounds.Max(round => round.First.Processes.First(process => process.Name == few.Name).MostResidentMb);
        return new Backlog(few.Name, few.MostResidentMb, most, most / few.MostResidentMb);
    }

    static Latency LatencyOf(string contender, Visit visit) =>
        new(contender, visit.Count, visit.Percentile(50), visit.Percentile(90), visit.Percentile(99), visit.Percentile(100));
}
