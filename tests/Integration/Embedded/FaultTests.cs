using Orchestrator.Contracts.Operations;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Faults;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>Runs whose participants misbehave.</summary>
public class When_participants_misbehave
{
    const int Orders = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    TemporaryFolder _temporary = null!;
    DataFolder _folder = null!;

    [SetUp]
    public void Open()
    {
        _temporary = new TemporaryFolder();
        _folder = DataFolder.Open(_temporary[""]);
    }

    [TearDown]
    public void Close()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [TestCase("all: duplicate=1", Fault.Duplicate)]
    [TestCase("all: delay=1; pace=0.02", Fault.Delay)]
    [TestCase("all: late=1; pace=0.02", Fault.Late)]
    public async Task Every_order_is_fulfilled_all_the_same(string spec, Fault fault)
    {
        var summary = await Process(spec);
        (summary.Orders, summary.Fulfilled, summary.UnitsShipped, summary.UnitsReserved).ShouldBe((Orders, Orders, Orders * 12, 0));
        summary.Captured.ShouldBe(new Dictionary<string, decimal> { ["USD"] = Orders * 168m });
        foreach (var count in summary.Faults!)
            (count.Count > 0).ShouldBe(count.Fault == fault, count.ToString());
    }

    [Test]
    public async Task Refused_acts_cancel_their_orders_and_everything_is_given_back()
    {
        var summary = await Process("all: refuse=0.4; seed=3");
        (summary.Fulfilled + summary.Cancelled).ShouldBe(Orders);
        summary.Cancelled.ShouldBeGreaterThan(0);
        summary.CancelledByReason.Keys.ShouldAllBe(reason => reason.EndsWith(": refused by --faults"));
        (summary.UnitsShipped, summary.UnitsReserved).ShouldBe((summary.Fulfilled * 12, 0));
        summary.Faults!.Where(count => count.Fault == Fault.Refuse).Sum(count => count.Count).ShouldBeGreaterThan(0);
    }

    [Test]
    public async Task An_order_whose_row_cannot_be_read_keeps_neither_the_host_from_starting_nor_other_orders_from_their_end()
    {
        var (spoilt, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var host = await EmbeddedOrders.Start(_folder))
        {
            await EmbeddedRun.Process(host, "", EmbeddedRun.Line(spoilt)).WaitAsync(Patience);
            (await host.Database.Write(sql => sql.Execute(
                "UPDATE saga SET state = 'Running', completed_at = NULL, data = '{\"steps\":[]}' WHERE id = @id", ("id", spoilt))))
                .ShouldBe(1);
        }

        await using var next = await EmbeddedOrders.Start(_folder);
        var stuck = await Should.ThrowAsync<StuckException>(
            () => EmbeddedRun.Process(next, "", EmbeddedRun.Line(spoilt), EmbeddedRun.Line(other)).WaitAsync(Patience));
        stuck.Message.ShouldContain($"the journal of order {spoilt} could not be read");
        (await next.Database.Read(sql => sql.First("SELECT state FROM saga WHERE id = @id", row => row.GetString(0), ("id", other))))
            .ShouldBe("Completed");
    }

    [Test]
    public async Task A_run_ends_when_its_orders_are_terminal_or_suspended_and_one_that_is_resumed_comes_to_its_end()
    {
        var order = Guid.CreateVersion7();
        await using (var host = await EmbeddedOrders.Start(_folder, faults: FaultSpec.Parse("payment: silence=1; pace=0.005")))
        {
            using var end = new CancellationTokenSource();
            var deadlines = Deadlines(host, order, end.Token);
            var summary = await EmbeddedRun.Process(host, "", EmbeddedRun.Line(order)).WaitAsync(Patience);
            await end.CancelAsync();
            await deadlines;
            (summary.Orders, summary.Suspended).ShouldBe((1, 1));
            summary.SuspendedByReason.ShouldBe(new Dictionary<string, long> { ["VoidPayment: no answer to 10 attempts"] = 1 });
            host.InFlight.IsEmpty.ShouldBeTrue();
            await host.StopCleanly(CancellationToken.None);
        }

        await using var next = await EmbeddedOrders.Start(_folder);
        (await EmbeddedRun.Process(next, "", EmbeddedRun.Line(order)).WaitAsync(Patience)).Suspended
            .ShouldBe(1, "no operator has resumed it");
        var ended = new TaskCompletionSource();
        await next.InFlight.Enter(order, 0, CancellationToken.None);
        next.InFlight.Ended += _ => ended.TrySetResult();
        await Send(next, new ResumeSaga(order, null, "ana", "the payment service is back"));
        await ended.Task.WaitAsync(Patience);
        var last = await EmbeddedRun.Process(next, "", EmbeddedRun.Line(order)).WaitAsync(Patience);
        (last.Suspended, last.Cancelled, last.UnitsReserved).ShouldBe((0, 1, 0));
    }

    async Task<RunSummary> Process(string spec)
    {
        await using var host = await EmbeddedOrders.Start(_folder, faults: FaultSpec.Parse(spec));
        var lines = Enumerable.Range(0, Orders).Select(_ => EmbeddedRun.Line(Guid.CreateVersion7())).ToArray();
        return await EmbeddedRun.Process(host, "", lines).WaitAsync(Patience);
    }

    // Sends the sagas their deadlines. A deadline that comes before its time changes nothing.
    static async Task Deadlines(EmbeddedOrders host, Guid order, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var deadlines = await host.Database.Read(sql => sql.Query(
                "SELECT deadline FROM saga WHERE id = @id AND deadline IS NOT NULL", row =>
                    row.GetFieldValue<DateTimeOffset>(0), ("id", order)), CancellationToken.None);
            foreach (var deadline in deadlines.Where(deadline => deadline <= DateTimeOffset.UtcNow))
                await Send(host, new DeadlineReached(order, deadline));
            await Task.Yield();
        }
    }

    static async Task Send<T>(EmbeddedOrders host, T message)
        where T : class => await (await host.Bus.GetSendEndpoint(new Uri("exchange:order-fulfilment"))).Send(message);
}
