using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Load;
using Orchestrator.Tests.Chaos.Reports;
using Orchestrator.Tests.Chaos.Scenarios;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos;

/// <summary>One scenario: load and faults, then quiet, then the check of the books.</summary>
sealed class ChaosRun(string name, IScenario scenario, Options options, string folder)
{
    /// <summary>The factor of the sagas' time limits. It is small, so that lost messages are sent again within the quiet.</summary>
    const double Pace = 0.1;

    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60), LastConfirms = TimeSpan.FromSeconds(60),
    AfterTheLastFault = TimeSpan.FromSeconds(3);

    /// <summary>Runs the scenario.</summary>
    public async Task<Outcome> Run(CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine($"--- {name}: starting servers and hosts …");
        await scenario.Start();
        await using var books = new Books(scenario.Administrator);
        await using var fleet = new Fleet(Settings, folder);
        await fleet.Start();
        var shelf = Shop.Shelf(options.Seed, (int)(options.Rate * options.Time.TotalSeconds));
        await Shop.Fill(books.Of("inventory"), shelf);
        var bus = Shop.Bus(scenario.ShopsBroker);
        await bus.StartAsync(stop);
        var (orders, log) = (new OrderStream(bus, Shop.Orders(options.Seed), options.Seed, options.Rate), new FaultLog());
        var underLoad = await UnderLoad(orders, fleet, books, log, stop);
        var began = TimeProvider.System.GetTimestamp();
        await bus.StopAsync(stop);

        var checks = new FinalChecks(
            new OrderChecks(books, [.. orders.Submitted.Keys], orders.Poison, scenario.Spoilt, scenario.Forgeries?.Forged ?? [], shelf),
            new JournalChecks(books, Pace), new Reconciliation(ReconcilersSettings(), orders.Poison));
        var (violations, mended, quietAfter) = await checks.Run(Quiet, scenario.HasLostEnds, stop);
        if (scenario.Forgeries is { } forgeries)
            violations = [.. violations, .. await forgeries.Violations(stop)];
        violations =
        [
            .. underLoad, .. log.All.Select(fault => fault.Effect.Violation).OfType<string>().Select(sentence => new Violation(sentence)),
            .. fleet.Slots.SelectMany(slot => slot.DiedByThemselves).Select(sentence => new Violation(sentence)), .. violations,
        ];
        var outcome = new Outcome(
            name, options.Time, log.All, scenario.LeftOut, await Recovery.Measure(books, orders, log.All), await Ends.Of(books),
            orders.Cancels, orders.Poison.Count,
            scenario.Redeliveries.Count, mended, quietAfter, violations);
        if (violations.Count > 0)
            await Evidence.Write(folder, violations, books, scenario);
        return outcome;
    }

    async Task<IReadOnlyList<Violation>> UnderLoad(OrderStream orders, Fleet fleet, Books books, FaultLog log, CancellationToken stop)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var selling = orders.Run(closing.Token, giveUp.Token);
        await new FaultRunner(Chosen(scenario.Faults(fleet, books, Settings("orchestrator"))), log)
            .Run(options.Seed, options.Time, () => Tend(fleet), stop);
        var deaf = await Deaf(fleet).WaitAsync(stop);
        await Task.Delay(AfterTheLastFault, stop);
        await closing.CancelAsync();
        giveUp.CancelAfter(LastConfirms);
        try
        {
            await selling;
            return deaf;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return [.. deaf,
                new Violation($"{LastConfirms.TotalSeconds} s after the last fault the broker still did not confirm every order")];
        }
    }

    IReadOnlyList<Fault> Chosen(IReadOnlyList<Fault> all)
    {
        IReadOnlyList<Fault> chosen = options.Fault is { } part
            ? [.. all.Where(fault => fault.Kind.Contains(part, StringComparison.OrdinalIgnoreCase))] : all;
        return chosen.Count > 0
            ? chosen
            : throw new InvalidOperationException(
                $"no fault of {name} has '{options.Fault}' in its name: {string.Join("; ", all.Select(fault => fault.Kind))}");
    }

    static async Task<IReadOnlyList<Violation>> Deaf(Fleet fleet)
    {
        try
        {
            await Tend(fleet);
            await fleet.Ready();
            return [];
        }
        catch (InvalidOperationException e)
        {
            return [new Violation(e.Message.Split('\n')[0].Trim())];
        }
    }

    static async Task Tend(Fleet fleet)
    {
        foreach (var slot in fleet.Slots)
            await slot.Tend();
    }

    Dictionary<string, string> Settings(string party) => new(scenario.HostSettings)
    {
        ["ConnectionStrings__Postgres"] = scenario.Postgres(party),
        ["ConnectionStrings__Acquirer"] = scenario.Postgres("acquirer"),
        ["ConnectionStrings__RabbitMQ"] = scenario.Broker.ToString(),
        ["Sagas__Pace"] = FormattableString.Invariant($"{Pace}"),
        ["Broker__Redelivery__0"] = "00:00:01",
        ["Broker__Redelivery__1"] = "00:00:02",
        ["Broker__Redelivery__2"] = "00:00:05",
    };

    // With --repair the command sends the messages of finished sagas, so it needs a user who may read their journal.
    Dictionary<string, string> ReconcilersSettings() => new()
    {
        ["ConnectionStrings__Postgres"] = scenario.Postgres("reconciler"),
        ["ConnectionStrings__RabbitMQ"] = scenario.Broker.ToString(),
    };
}
