using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Integration.Runs;

/// <summary>What a run knows about the orders of a file, in each kind of database.</summary>
public abstract class FileOrdersContract
{
    const int SmallChunk = 2;

    static readonly Dictionary<Guid, string> NoneStuck = [];

    readonly Guid _order = Guid.CreateVersion7();
    PartyDatabases _databases = null!;
    TestParties _parties = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _databases = await CreateDatabases();
        _parties = new TestParties(_databases);
        await _parties.Migrate();
    }

    [OneTimeTearDown]
    public async Task Close() => await _parties.DisposeAsync();

    [SetUp]
    public async Task Clear()
    {
        await _parties.Clear();
        await new Stock(_databases.Inventory).Load([("NW-11", 100)]);
    }

    [Test]
    public async Task The_summary_counts_what_became_of_the_files_orders_and_of_no_others()
    {
        var ids = Enumerable.Range(0, 7).Select(_ => Guid.CreateVersion7()).ToArray();
        await _parties.Saga(ids[0], "Completed", seconds: 2.5);
        await _parties.Saga(ids[1], "Completed", seconds: 4.25, number: "10249");
        await _parties.Saga(ids[2], "Completed", seconds: 1);
        await _parties.Saga(ids[3], "Cancelled", seconds: 3, refused: "short");
        await _parties.Saga(ids[4], "Cancelled", seconds: 3, refused: "short");
        await _parties.Saga(ids[5], "Cancelled", seconds: 3, refused: "unknown sku");
        await _parties.Saga(ids[6], "Suspended", refused: "not counted", suspended: "VoidPayment: no answer to 10 attempts");
        await _parties.Pay(ids[0], 168.00m, "USD", captured: true);
        await _parties.Pay(ids[1], 0.50m, "USD", captured: true);
        await _parties.Pay(ids[2], 500m, "JPY", captured: true);
        await _parties.Pay(ids[3], 0m, "EUR", captured: false);
        await _parties.Pay(ids[4], 12.345m, "KWD", captured: false);
        await _parties.Reserve(ids[0], 12);
        await _parties.Reserve(ids[6], 8);
        await _parties.Reservations.Handle(new OrderFulfilled(ids[0]));
        var other = Guid.CreateVersion7();
        await _parties.Saga(other, "Completed", seconds: 99);
        await _parties.Pay(other, 1_000m, "USD", captured: true);

        await using var file = await FileOf(ids);
        var summary = await file.Summary(duplicates: 3, rejected: 4, TimeSpan.FromSeconds(5), CancellationToken.None);

        (summary.Orders, summary.Fulfilled, summary.Cancelled, summary.Suspended).ShouldBe((7, 3, 3, 1));
        (summary.Duplicates, summary.Rejected, summary.Seconds).ShouldBe((3, 4, 5));
        summary.Captured.ShouldBe(new Dictionary<string, decimal> { ["USD"] = 168.50m, ["JPY"] = 500m }, ignoreOrder: true);
        summary.Voided.ShouldBe(new Dictionary<string, decimal> { ["KWD"] = 12.345m });
        (summary.UnitsShipped, summary.UnitsOnHand, summary.UnitsReserved).ShouldBe((12, 80, 8));
        summary.CancelledByReason.ShouldBe(
            new Dictionary<string, long> { ["ReserveStock: short"] = 2, ["ReserveStock: unknown sku"] = 1 }, ignoreOrder: true);
        summary.SuspendedByReason.ShouldBe(new Dictionary<string, long> { ["VoidPayment: no answer to 10 attempts"] = 1 });
        summary.SlowestOrder.ShouldBe(new SlowestOrder("10249", ids[1], TimeSpan.FromSeconds(4.25)));
    }

    [Test]
    public async Task A_file_without_orders_is_settled_and_has_a_summary()
    {
        await using var file = await FileOf();
        (await Unsettled(file)).ShouldBeFalse();
        var summary = await file.Summary(0, 0, TimeSpan.Zero, CancellationToken.None);
        (summary.Orders, summary.UnitsOnHand, summary.SlowestOrder).ShouldBe((0, 100, null));
    }

    [TestCase("Completed"), TestCase("Cancelled")]
    public async Task An_order_is_waited_for_from_its_submission_to_its_end(string end)
    {
        await using var file = await FileOf(_order);
        (await Unsettled(file)).ShouldBeTrue("it is not in the journal yet");
        await _parties.Saga(_order, "Running");
        (await Unsettled(file)).ShouldBeTrue();
        await _parties.Saga(_order, "Compensating");
        (await Unsettled(file)).ShouldBeTrue();
        await _parties.Saga(_order, end, seconds: 1);
        (await Unsettled(file)).ShouldBeFalse();
    }

    [Test]
    public async Task A_completed_order_is_waited_for_until_its_units_have_left()
    {
        await _parties.Reserve(_order, 12);
        await _parties.Saga(_order, "Completed", seconds: 1);
        await using var file = await FileOf(_order);
        (await Unsettled(file)).ShouldBeTrue();
        await _parties.Reservations.Handle(new OrderFulfilled(_order));
        (await Unsettled(file)).ShouldBeFalse();
    }

    [Test]
    public async Task A_suspended_order_is_not_waited_for_until_somebody_has_it_go_on()
    {
        await _parties.Saga(_order, "Suspended");
        await using var file = await FileOf(_order);
        (await Unsettled(file)).ShouldBeFalse();
        await _parties.Saga(_order, "Running");
        (await Unsettled(file)).ShouldBeTrue();
    }

    [Test]
    public async Task A_stuck_order_is_not_waited_for_but_all_others_are()
    {
        var other = Guid.CreateVersion7();
        await _parties.Sagas([_order, other], "Running");
        var stuck = new Dictionary<Guid, string> { [_order] = "the shelf fell over" };
        await using var file = await FileOf(_order, other);
        (await file.Unsettled(stuck, CancellationToken.None)).ShouldBeTrue();
        await _parties.Saga(other, "Completed", seconds: 1);
        (await file.Unsettled(stuck, CancellationToken.None)).ShouldBeFalse();
    }

    [Test]
    public async Task An_order_is_known_from_the_file_or_from_the_journal_by_its_content()
    {
        var (listed, journalled, unknown) = (Submission(), Submission(), Submission());
        await _parties.Journal(journalled.Order);
        await _parties.Journal(Submission().Order);
        await using var file = await FileOrders.Open(_databases, CancellationToken.None, SmallChunk);
        await file.Add([listed], CancellationToken.None);
        await file.Add([listed, Submission(listed.Order.OrderId, "MALLORY")], CancellationToken.None);

        var asked = new[] { listed, journalled, unknown, listed }.Select(submission => submission.Order.OrderId);
        (await file.Known(asked, CancellationToken.None)).ShouldBe(
            new Dictionary<Guid, string> { [listed.Order.OrderId] = listed.Digest, [journalled.Order.OrderId] = journalled.Digest },
            ignoreOrder: true);
        (await file.Summary(0, 0, TimeSpan.Zero, CancellationToken.None)).Orders.ShouldBe(0, "no saga has seen one of them");
    }

    [Test]
    public async Task Of_a_long_file_only_the_first_orders_that_have_not_ended_are_asked_about()
    {
        const int orders = 20_000, chunk = 500;
        var ids = Enumerable.Range(0, orders).Select(_ => Guid.CreateVersion7()).ToArray();
        var counted = new CountingDatabase(_databases.Orchestrator);
        await using var file = await FileOrders.Open(_databases with { Orchestrator = counted }, CancellationToken.None, chunk);
        foreach (var batch in ids.Chunk(256))
            await file.Add(batch.Select(id => Submission(id)), CancellationToken.None);

        (await Asks(unsettled: true)).ShouldBe(1);
        await _parties.Sagas(ids[..^1], "Completed", seconds: 1);
        (await Asks(unsettled: true)).ShouldBe(orders / chunk, "each chunk is asked about once");
        (await Asks(unsettled: true)).ShouldBe(1, "only the last chunk may have orders that have not ended");
        await _parties.Saga(ids[^1], "Cancelled", seconds: 1);
        (await Asks(unsettled: false)).ShouldBe(1);
        (await Asks(unsettled: false)).ShouldBe(0);
        var summary = await file.Summary(0, 0, TimeSpan.Zero, CancellationToken.None);
        (summary.Orders, summary.Fulfilled, summary.Cancelled).ShouldBe((orders, orders - 1, 1));

        async Task<int> Asks(bool unsettled)
        {
            var before = counted.Reads;
            (await Unsettled(file)).ShouldBe(unsettled);
            return counted.Reads - before;
        }
    }

    [Test]
    public async Task An_order_can_be_shown_by_its_number_or_its_id()
    {
        await _parties.Saga(_order, "Running", number: "10250");
        await _parties.Journal(Submission(_order).Order);
        foreach (var name in new[] { "10250", _order.ToString() })
        {
            var output = new StringWriter();
            (await _databases.Orchestrator.Read(sql => ShowOrder.Print(name, sql, output))).ShouldBeTrue();
            output.ToString().ShouldStartWith($"Order 10250 ({_order}) of VINET, 168.00 USD, processed since 2026-11-22: Running");
            output.ToString().ShouldMatch(@"1 +05:00:00\.000 +OrderSubmitted +Running");
        }

        (await _databases.Orchestrator.Read(sql => ShowOrder.Print("10251", sql, TextWriter.Null))).ShouldBeFalse();
    }

    /// <summary>Empty databases for the parties.</summary>
    protected abstract Task<PartyDatabases> CreateDatabases();

    static Task<bool> Unsettled(FileOrders file) => file.Unsettled(NoneStuck, CancellationToken.None);

    internal static Submission Submission(Guid? id = null, string customer = "VINET") => new(new OrderSubmitted(
        id ?? Guid.CreateVersion7(), "10248", customer, new DateTimeOffset(1996, 7, 4, 0, 0, 0, TimeSpan.Zero), "USD",
        [new OrderLine("NW-11", 12, 14m)], new ShipTo("France", "51100")));

    async Task<FileOrders> FileOf(params Guid[] ids)
    {
        var file = await FileOrders.Open(_databases, CancellationToken.None, SmallChunk);
        await file.Add(ids.Select(id => Submission(id)), CancellationToken.None);
        return file;
    }
}
