using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Postgres;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

public class Deadlines_on_postgres() : DeadlineContract(postgres: true);

public class Deadlines_on_sqlite() : DeadlineContract(postgres: false);

/// <summary>What deadlines and holds promise in every dialect. Each test has a database of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class DeadlineContract(bool postgres) : IAsyncDisposable
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    static readonly string[] Kinds = ["order-fulfilment"];

    TemporaryFolder? _folder;
    Database _database = null!;
    IJournalStore _store = null!;
    SagaJournal _journal = null!;
    DeadlineStore _deadlines = null!;
    HoldStore _holds = null!;

    [SetUp]
    public async Task Open()
    {
        if (postgres)
        {
            _database = SharedPostgres.Open(await SharedPostgres.CreateDatabase());
            _store = new PostgresJournalStore((PostgresDatabase)_database);
        }
        else
        {
            _folder = new TemporaryFolder();
            _database = new SqliteDatabase(_folder["journal.db"], TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteDatabase>.Instance);
            _store = new SqliteJournalStore(_database);
        }

        await JournalSchema.Migrate(_database);
        _journal = new SagaJournal(_store);
        _deadlines = new DeadlineStore(_store);
        _holds = new HoldStore(_store, [TestOrder.Kind]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_journal is not null)
            await _journal.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        _folder?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Test]
    public async Task A_saga_is_due_once_its_deadline_has_passed_and_not_before()
    {
        var order = await Submitted();
        (await _deadlines.NowIfAnyIsDue(Kinds, default)).ShouldBeNull();
        (await Leased(Kinds, 10, Lease)).ShouldBeEmpty();

        var deadline = await Move(order, TimeSpan.FromSeconds(-1));
        (await _deadlines.NowIfAnyIsDue(Kinds, default)).ShouldNotBeNull();
        (await Leased(Kinds, 10, Lease)).ShouldBe([new DueSaga("order-fulfilment", order.Id, deadline, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]);
    }

    [Test]
    public async Task What_is_leased_is_not_due_until_the_lease_is_over_and_the_saga_can_move_meanwhile()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        (await Leased(Kinds, 10, Lease)).Count.ShouldBe(1);
        (await Leased(Kinds, 10, Lease)).ShouldBeEmpty();
        var now = await _store.Now(default);
        (await Deadline(order))!.Value.ShouldBeInRange(now + TimeSpan.FromSeconds(5), now + Lease);

        (await order.Handle(order.Reserved)).ShouldBeEmpty();
        (await Deadline(order))!.Value.ShouldBeInRange(now + TimeSpan.FromSeconds(15), now + TimeSpan.FromSeconds(35));
    }

    [Test]
    public async Task A_lease_that_is_over_is_due_again()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        await Leased(Kinds, 10, TimeSpan.Zero);
        (await Leased(Kinds, 10, Lease)).Count.ShouldBe(1);
    }

    [Test]
    public async Task A_lease_that_ends_while_a_sweep_is_under_way_is_left_to_the_next_one()
    {
        await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var began = await _deadlines.NowIfAnyIsDue(Kinds, default);
        (await _deadlines.Lease(Kinds, 10, began!.Value, TimeSpan.FromMilliseconds(1), default)).Count.ShouldBe(1);
        (await _deadlines.Lease(Kinds, 10, began.Value, Lease, default)).ShouldBeEmpty();
    }

    [Test]
    public async Task The_oldest_come_first_and_other_kinds_not_at_all()
    {
        var orders = new List<TestOrder>();
        for (var i = 1; i <= 5; i++)
        {
            orders.Add(await Submitted());
            await Move(orders[^1], TimeSpan.FromSeconds(-i));
        }

        (await Leased(["something-else"], 10, Lease)).ShouldBeEmpty();
        (await _deadlines.NowIfAnyIsDue(["something-else"], default)).ShouldBeNull();
        (await Leased(Kinds, 2, Lease)).Select(due => due.SagaId).ShouldBe([orders[4].Id, orders[3].Id], ignoreOrder: true);
        (await Leased(Kinds, 10, Lease)).Count.ShouldBe(3);
    }

    [Test]
    public async Task Several_that_lease_at_once_share_the_work()
    {
        for (var i = 0; i < 40; i++)
            await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var leased = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Leased(Kinds, 10, Lease))));
        leased.SelectMany(batch => batch).Select(due => due.SagaId).ShouldBeUnique();
        leased.Sum(batch => batch.Count).ShouldBe(40);
    }

    [Test]
    public async Task A_sweep_tells_everyone_whose_deadline_has_passed_batch_by_batch()
    {
        for (var i = 0; i < 1_100; i++)
            await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var told = new System.Collections.Concurrent.ConcurrentBag<Guid>();
        var sweep = Sweep(told.Add);
        (await sweep.Run(default)).ShouldBe(1_100);
        told.ShouldBeUnique();
        (await sweep.Run(default)).ShouldBe(0);
    }

    [Test]
    public async Task A_sweep_waits_while_outcomes_do()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        var (told, isLagging) = (new List<Guid>(), true);
        // The answer changes between the sweeps.
        var sweep = Sweep(told.Add, () => isLagging);
        (await sweep.Run(default)).ShouldBe(0);
        isLagging = false;
        (await sweep.Run(default)).ShouldBe(1);
        told.ShouldBe([order.Id]);
    }

    [Test]
    public async Task A_deadline_that_is_reached_moves_the_saga_once_and_a_stale_one_leaves_no_trace()
    {
        var order = await Submitted();
        (await order.Handle(new DeadlineReached(order.Id, DateTimeOffset.UtcNow))).ShouldBeEmpty();
        (await Row(order)).Version.ShouldBe(1);
    }

    [Test]
    public async Task A_held_step_is_known_to_the_next_transition()
    {
        (await _holds.Hold(new HoldStep("order-fulfilment", "AuthorizePayment", "ada", "gateway is down"), default)).ShouldBeNull();
        var order = new TestOrder(_journal);
        (await order.Handle(order.Submitted)).Select(sent => sent.MessageType).ShouldBe(["ReserveStock"]);
        await order.Handle(order.Reserved);
        (await Deadline(order)).ShouldBeNull();

        (await _holds.Release(new ReleaseStep("order-fulfilment", "AuthorizePayment", null, "bob", "it is back"), default)).ShouldBe((1, null));
        (await Leased(Kinds, 10, Lease)).Select(due => due.SagaId).ShouldBe([order.Id]);
        (await order.Handle(new DeadlineReached(order.Id, DateTimeOffset.UtcNow))).Select(sent => sent.MessageType).ShouldBe(["AuthorizePayment"]);

        (await _database.Read(sql => sql.Query(
            "SELECT kind, step, held_by, held_note, released_by, released_note FROM step_hold",
            row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetString)))))
            .ShouldBe(["order-fulfilment|AuthorizePayment|ada|gateway is down|bob|it is back"]);
    }

    [Test]
    public async Task A_release_may_be_spread()
    {
        await _holds.Hold(new HoldStep("order-fulfilment", HoldStep.Intake, "ada", "stocktaking"), default);
        var orders = new List<TestOrder>();
        for (var i = 0; i < 5; i++)
            orders.Add(await Submitted());
        (await _holds.Release(new ReleaseStep("order-fulfilment", HoldStep.Intake, 0.5, "ada", "done"), default)).ShouldBe((5, null));

        var first = await Deadline(orders[0]);
        for (var i = 0; i < 5; i++)
            ((await Deadline(orders[i]))!.Value - first!.Value).TotalSeconds.ShouldBe(2 * i, tolerance: 0.01);
    }

    [Test]
    public async Task A_release_at_the_smallest_rate_wakes_the_first_at_once_and_the_others_within_a_year()
    {
        await _holds.Hold(new HoldStep("order-fulfilment", HoldStep.Intake, "ada", "stocktaking"), default);
        var (first, second) = (await Submitted(), await Submitted());
        (await _holds.Release(new ReleaseStep("order-fulfilment", HoldStep.Intake, double.Epsilon, "ada", "done"), default)).ShouldBe((2, null));
        ((await Deadline(second))!.Value - (await Deadline(first))!.Value).ShouldBe(TimeSpan.FromDays(366), TimeSpan.FromSeconds(1));
        (await Leased(Kinds, 10, Lease)).Select(due => due.SagaId).ShouldBe([first.Id]);
    }

    [Test]
    public async Task A_saga_that_nothing_would_wake_is_woken()
    {
        var (forgotten, held) = (await Submitted(), await Submitted());
        await Forget(forgotten);
        await _holds.Hold(new HoldStep("order-fulfilment", "ReserveStock", "ada", "x"), default);
        await Forget(held, """{"steps":{"ReserveStock":{"status":"Held","waiting":"Release"}}}""");
        (await _holds.WakeForgotten(default)).ShouldBe(1);
        (await Deadline(forgotten)).ShouldNotBeNull();
        (await Deadline(held)).ShouldBeNull();
    }

    static IEnumerable<TestCaseData> Misfits()
    {
        yield return new TestCaseData("orders", "ReserveStock", "ada", "x", "there is no saga orders; the sagas are order-fulfilment");
        yield return new TestCaseData("order-fulfilment", "Reserve", "ada", "x", "order-fulfilment has no step Reserve; its steps are ReserveStock, AuthorizePayment, BookShipment, CapturePayment, DispatchShipment, and there is intake");
        yield return new TestCaseData("order-fulfilment", "ReserveStock", " ", "x", "it does not say who gives it (actor)");
        yield return new TestCaseData("order-fulfilment", "ReserveStock", "ada", "", "it does not say why (note)");
    }

    [TestCaseSource(nameof(Misfits))]
    public async Task A_command_that_does_not_fit_is_refused_with_the_reason(string kind, string step, string actor, string note, string reason)
    {
        (await _holds.Hold(new HoldStep(kind, step, actor, note), default)).ShouldBe(reason);
        (await _holds.Release(new ReleaseStep(kind, step, null, actor, note), default)).ShouldBe((0, reason));
    }

    [Test]
    public async Task A_step_is_held_once_and_released_once()
    {
        var (hold, release) = (new HoldStep("order-fulfilment", "ReserveStock", "ada", "stocktaking"), new ReleaseStep("order-fulfilment", "ReserveStock", null, "ada", "done"));
        (await _holds.Release(release, default)).ShouldBe((0, "ReserveStock of order-fulfilment is not held"));
        (await _holds.Hold(hold, default)).ShouldBeNull();
        (await _holds.Hold(hold with { Actor = "bob" }, default)).ShouldBe("ReserveStock of order-fulfilment is held already, by ada: stocktaking");
        (await _holds.Release(release with { PerSecond = 0 }, default)).ShouldBe((0, "a rate of 0 a second releases nothing; it must be above 0, or absent for all at once"));
        (await _holds.Release(release, default)).ShouldBe((0, null));
        (await _holds.Hold(hold, default)).ShouldBeNull();
    }

    async Task<List<DueSaga>> Leased(string[] kinds, int most, TimeSpan lease) =>
        await _deadlines.Lease(kinds, most, await _store.Now(default), lease, default);

    DeadlineSweep Sweep(Action<Guid> told, Func<bool>? isLagging = null) => new(
        _deadlines, _holds, [TestOrder.Kind], TimeProvider.System,
        (due, _) =>
        {
            told(due.SagaId);
            return Task.CompletedTask;
        },
        _ => Task.FromResult(isLagging?.Invoke() ?? false));

    async Task<TestOrder> Submitted()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        return order;
    }

    async Task<DateTimeOffset> Move(TestOrder order, TimeSpan from)
    {
        var deadline = (await _store.Now(default)) + from;
        deadline = deadline.AddTicks(-(deadline.Ticks % TimeSpan.TicksPerMillisecond));
        await _database.Write(sql => sql.Execute("UPDATE saga SET deadline = @at WHERE id = @id", ("at", deadline), ("id", order.Id)));
        return deadline;
    }

    Task<int> Forget(TestOrder order, string? data = null) => _database.Write(async sql => await sql.Execute(
        $"UPDATE saga SET deadline = NULL, updated_at = @then{(data is null ? "" : postgres ? ", data = @data::jsonb" : ", data = @data")} WHERE id = @id",
        ("then", (await _store.Now(default)).AddMinutes(-1)), ("data", data), ("id", order.Id)));

    async Task<DateTimeOffset?> Deadline(TestOrder order) => (await Row(order)).Deadline;

    async Task<SagaRow> Row(TestOrder order) => (await _store.Load([new LoadRequest("order-fulfilment", order.Id, Guid.NewGuid())], default))[0].Saga!;
}
