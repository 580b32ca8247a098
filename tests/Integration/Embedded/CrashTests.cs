using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Embedded;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Storage;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The embedded host is killed at every point between two effects of an order, and started again.</summary>
[Parallelizable(ParallelScope.All)]
public class When_the_process_dies_at_any_point
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // The first case goes forward to the pivot, and then back through all steps.
    [TestCase("capture refused")]
    [TestCase("fulfilled", Category = "Long")]
    [TestCase("shipment refused", Category = "Long")]
    [TestCase("payment refused", Category = "Long")]
    [TestCase("short of stock", Category = "Long")]
    public async Task The_next_run_ends_the_order_as_if_nothing_had_happened(string order)
    {
        var (line, state) = OrderLine(order);
        var points = 0;
        for (var completed = false; !completed; points++)
        {
            using var folder = new TemporaryFolder();
            completed = await RunUntilDeath(folder[""], line, at: points + 1);
            await RunsToItsEnd(folder[""], line, state, duplicates: null);
            await RunsToItsEnd(folder[""], line, state, duplicates: 1);
        }

        points.ShouldBeGreaterThan(40, "the order has more effects than that");
    }

    static (string Line, string State) OrderLine(string order)
    {
        var (customer, quantity, country, state) = order switch
        {
            "fulfilled" => ("VINET", 12, "France", "Completed"),
            "short of stock" => ("VINET", 101, "France", "Cancelled"),
            "payment refused" => ("DECLINE-1", 12, "France", "Cancelled"),
            "capture refused" => ("NOCAPTURE-1", 12, "France", "Cancelled"),
            "shipment refused" => ("VINET", 12, "Antarctica", "Cancelled"),
            _ => throw new ArgumentOutOfRangeException(nameof(order)),
        };
        return (EmbeddedRun.Line(Guid.CreateVersion7(), customer, quantity, country), state);
    }

    /// <returns>True when the run ended before its process died.</returns>
    static async Task<bool> RunUntilDeath(string path, string line, int at)
    {
        var death = new Death(at);
        var folder = DataFolder.Open(path);
        await using var store = Sqlite(folder.Database);
        await using var acquirer = Sqlite(folder.DatabaseOf(AcquirerRegistration.Party));
        var run = Task.Run(async () =>
        {
            var host = await EmbeddedOrders.Start(folder, services =>
            {
                services.AddKeyedSingleton<Database>(EmbeddedHost.Store, new MortalDatabase(store, death));
                services.AddKeyedSingleton<Database>(AcquirerRegistration.Party, new MortalDatabase(acquirer, death));
                WithoutSweep(services);
                services.AddSingleton(death);
                services.AddSingleton<TimeProvider>(new MortalTime(death));
                services.AddSendObserver<MortalBus>();
                services.AddPublishObserver<MortalBus>();
                services.AddReceiveObserver<MortalBus>();
            });
            await EmbeddedRun.Process(host, path, line);
            await host.StopCleanly(CancellationToken.None);
            await host.DisposeAsync();
        });
        await Task.WhenAny(run, death.Died).WaitAsync(Patience);
        folder.Dispose();
        if (run.IsCompleted)
            await run;
        return run.IsCompleted;
    }

    static async Task RunsToItsEnd(string path, string line, string state, int? duplicates)
    {
        using var folder = DataFolder.Open(path);
        await using var host = await EmbeddedOrders.Start(folder, WithoutSweep);
        var summary = await EmbeddedRun.Process(host, path, line).WaitAsync(Patience);
        await host.StopCleanly(CancellationToken.None);

        summary.Orders.ShouldBe(1);
        summary.Rejected.ShouldBe(0);
        if (duplicates is not null)
            summary.Duplicates.ShouldBe(duplicates.Value);
        (summary.Fulfilled, summary.Cancelled).ShouldBe(state == "Completed" ? (1, 0) : (0, 1));
        (summary.UnitsOnHand + summary.UnitsShipped, summary.UnitsReserved).ShouldBe((100, 0));
        summary.UnitsShipped.ShouldBe(state == "Completed" ? 12 : 0);
        summary.Captured.ShouldBe(state == "Completed" ? new Dictionary<string, decimal> { ["USD"] = 168m } : []);

        await using var store = Sqlite(folder.Database);
        await using var acquirer = Sqlite(folder.DatabaseOf(AcquirerRegistration.Party));
        (await PaymentBooks.Differences(store, acquirer)).ShouldBeEmpty();
        (await store.Read(sql => sql.First("SELECT coalesce(sum(amount_minor), 0) FROM payment_entry", row => row.GetInt64(0))))
            .ShouldBe(0);
        (await store.Read(sql => sql.First("SELECT coalesce(sum(held_minor), 0) FROM payment_summary", row => row.GetInt64(0))))
            .ShouldBe(0);
        (await store.Read(sql => sql.Query(
            "SELECT status FROM shipping_shipment WHERE status = 'Booked'", row => row.GetString(0)))).ShouldBeEmpty();
    }

    // Every step is answered, so no deadline passes. A sweep in each of these hundreds of hosts would only cost time.
    static void WithoutSweep(IServiceCollection services)
    {
        var sweeper = services.Single(service => service.ImplementationFactory?.Method.ReturnType.Name == "DeadlineSweeper");
        services.Remove(sweeper);
    }

    static SqliteDatabase Sqlite(string path) => new(path, TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
}
