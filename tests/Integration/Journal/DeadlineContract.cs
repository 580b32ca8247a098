using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

public class Deadlines_on_postgres() : DeadlineContract(postgres: true);

public class Deadlines_on_sqlite() : DeadlineContract(postgres: false);

/// <summary>The guarantees of deadlines and holds in both dialects. Each test has its own database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class DeadlineContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    static readonly SagaKind<Ride> Rides = new(new RideBookingSaga());

    DeadlineStore _deadlines = null!;
    HoldStore _holds = null!;

    protected override async Task Prepare()
    {
        await JournalSchema.Migrate(Database);
        _deadlines = new DeadlineStore(Store);
        _holds = new HoldStore(Store, [TestOrder.Kind]);
    }

    [Test]
    public async Task A_saga_is_due_once_its_deadline_has_passed_and_not_before()
    {
        var order = await Submitted();
        (await _deadlines.NowIfAnyIsDue(Orders, default)).ShouldBeNull();
        (await Leased(10, Lease)).ShouldBeEmpty();

        var deadline = await Move(order, TimeSpan.FromSeconds(-1));
        (await _deadlines.NowIfAnyIsDue(Orders, default)).ShouldNotBeNull();
        (await Leased(10, Lease))
            .ShouldBe([new DueSaga("order-fulfilment", order.Id, 1, deadline, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]);
    }

    [Test]
    public async Task What_is_leased_is_not_due_until_the_lease_is_over_and_the_saga_can_move_meanwhile()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        (await Leased(10, Lease)).Count.ShouldBe(1);
        (await Leased(10, Lease)).ShouldBeEmpty();
        var now = await Store.Now(default);
        (await Deadline(order))!.Value.ShouldBeInRange(now + TimeSpan.FromSeconds(5), now + Lease);

        (await order.Handle(order.Reserved)).ShouldBeEmpty();
        (await Deadline(order))!.Value.ShouldBeInRange(now + TimeSpan.FromSeconds(15), now + TimeSpan.FromSeconds(35));
    }

    [Test]
    public async Task A_lease_that_is_over_is_due_again()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        await Leased(10, TimeSpan.Zero);
        (await Leased(10, Lease)).ShouldBeEmpty();
        (await Leased(10, Lease, again: true)).Count.ShouldBe(1);
    }

    [Test]
    public async Task A_lease_that_ends_while_a_sweep_is_under_way_is_left_to_the_next_one()
    {
        await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var began = await _deadlines.NowIfAnyIsDue(Orders, default);
        (await _deadlines.Lease(Orders, false, 10, began!.Value, TimeSpan.FromMilliseconds(1), default)).Count.ShouldBe(1);
        (await _deadlines.Lease(Orders, true, 10, began.Value, Lease, default)).ShouldBeEmpty();
    }

    [Test]
    public async Task Each_lease_of_a_saga_that_does_not_move_is_four_times_as_long_up_to_an_hour_and_tells_it_the_same()
    {
        var order = await Submitted();
        await Move(order, TimeSpan.FromSeconds(-1));
        var first = (await Leased(10, TimeSpan.FromSeconds(5))).ShouldHaveSingleItem();
        foreach (var seconds in new[] { 20, 80, 320, 1_280, 3_600, 3_600 })
        {
            await Move(order, TimeSpan.FromSeconds(-1));
            var next = (await Leased(10, TimeSpan.FromSeconds(5), again: true)).ShouldHaveSingleItem();
            (next, next.MessageId).ShouldBe((first, first.MessageId));
            var now = await Store.Now(default);
            (await Deadline(order))!.Value.ShouldBeInRange(now + TimeSpan.FromSeconds(seconds - 3), now + TimeSpan.FromSeconds(seconds));
        }
    }

    [Test]
    public async Task Leases_begin_anew_once_the_saga_has_moved_and_it_is_told_by_another_message()
    {
        var order = await Submitted();
        var deadline = await Move(order, TimeSpan.FromSeconds(-1));
        var before = (await Leased(10, TimeSpan.Zero)).ShouldHaveSingleItem();
        await Leased(10, TimeSpan.Zero, again: true);
        await order.Handle(order.Reserved);
        await At(order, deadline);
        (await Leased(10, Lease, again: true)).ShouldBeEmpty();
        var after = (await Leased(10, Lease)).ShouldHaveSingleItem();
        after.ShouldBe(before with { Version = 2 });
        after.MessageId.ShouldNotBe(before.MessageId);
        (await Deadline(order))!.Value.ShouldBeLessThanOrEqualTo(await Store.Now(default) + Lease);
    }

    [Test]
    public async Task A_saga_that_a_newer_definition_moved_is_left_to_those_who_have_it()
    {
        var (newer, ours) = (await Submitted(), await Submitted());
        await Move(newer, TimeSpan.FromSeconds(-2));
        await Database.Write(
            sql => sql.Execute(
                "UPDATE saga SET definition_version = @newer WHERE id = @id", ("newer", Orders.DefinitionVersion + 1), ("id", newer.Id)));
        (await _deadlines.NowIfAnyIsDue(Orders, default)).ShouldBeNull();
        (await Leased(10, Lease)).ShouldBeEmpty();
        await Move(ours, TimeSpan.FromSeconds(-1));
        (await _deadlines.NowIfAnyIsDue(Orders, default)).ShouldNotBeNull();
        (await Leased(10, Lease)).Select(due => due.SagaId).ShouldBe([ours.Id]);
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

        (await Leased(10, Lease, kind: Rides)).ShouldBeEmpty();
        (await _deadlines.NowIfAnyIsDue(Rides, default)).ShouldBeNull();
        (await Leased(2, Lease)).Select(due => due.SagaId).ShouldBe([orders[4].Id, orders[3].Id], ignoreOrder: true);
        (await Leased(10, Lease)).Count.ShouldBe(3);
    }

    [Test]
    public async Task Several_that_lease_at_once_share_the_work()
    {
        for (var i = 0; i < 40; i++)
            await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var leased = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Leased(10, Lease))));
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
        // The backlog changes between the sweeps.
        var sweep = Sweep(told.Add, () => isLagging ? new Backlog(2_001, 0) : default);
        (await sweep.Run(default)).ShouldBe(0);
        isLagging = false;
        (await sweep.Run(default)).ShouldBe(1);
        told.ShouldBe([order.Id]);
    }

    [Test]
    public async Task Sagas_that_do_not_move_are_told_again_a_few_at_a_time_and_hold_up_nobody()
    {
        var stuck = new List<Guid>();
        for (var i = 0; i < 150; i++)
            stuck.Add((await Submitted()).Id);
        await AllAt(DateTimeOffset.UtcNow.AddMinutes(-2));
        var (told, backlog) = (new System.Collections.Concurrent.ConcurrentBag<Guid>(), new Backlog(0, 101));
        var sweep = Sweep(told.Add, () => backlog);
        (await sweep.Run(default)).ShouldBe(150);
        await AllAt(DateTimeOffset.UtcNow.AddMinutes(-1));
        var fresh = await Submitted();
        await Move(fresh, TimeSpan.FromSeconds(-1));
        told.Clear();

        // While deadlines wait in the queue, the sweep sends only deadlines that were not sent before.
        (await sweep.Run(default)).ShouldBe(1);
        told.ShouldBe([fresh.Id]);
        backlog = new Backlog(0, 100);
        told.Clear();
        (await sweep.Run(default)).ShouldBe(100);
        (await sweep.Run(default)).ShouldBe(50);
        told.ShouldBe(stuck, ignoreOrder: true);
    }

    [Test]
    public async Task A_saga_that_could_not_be_told_is_told_within_seconds_however_often_that_fails()
    {
        var order = await Submitted();
        var sweep = new DeadlineSweep(
            _deadlines, _holds, Orders, TimeProvider.System, (_, _) => throw new TimeoutException("the broker is away"), _ =>
                Task.FromResult(default(Backlog)));
        for (var i = 0; i < 4; i++)
        {
            await Move(order, TimeSpan.FromSeconds(-1));
            await Should.ThrowAsync<TimeoutException>(() => sweep.Run(default));
            (await Deadline(order))!.Value.ShouldBeLessThanOrEqualTo(await Store.Now(default) + TimeSpan.FromSeconds(5));
        }
    }

    [Test]
    public async Task Sagas_of_the_next_batch_are_not_counted_as_told_when_the_one_before_could_not_be()
    {
        for (var i = 0; i < 300; i++)
            await Move(await Submitted(), TimeSpan.FromSeconds(-1));
        var (told, isAway) = (new System.Collections.Concurrent.ConcurrentBag<Guid>(), true);
        // So many deadlines wait that the sweep sends only those that were not sent before.
        var sweep = Sweep(id => { if (isAway) throw new TimeoutException("the broker is away"); told.Add(id); }, () => new Backlog(0, 101));
        await Should.ThrowAsync<TimeoutException>(() => sweep.Run(default));
        isAway = false;
        await AllAt(DateTimeOffset.UtcNow.AddMinutes(-1));
        (await sweep.Run(default)).ShouldBe(300);
    }

    [Test]
    public async Task A_command_that_comes_again_changes_nothing_and_is_answered_as_before()
    {
        var (hold, release) = (
            new HoldStep("order-fulfilment", "ReserveStock", "ada", "stocktaking"),
            new ReleaseStep("order-fulfilment", "ReserveStock", null, "ada", "done"));
        var (first, second, released) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        (await _holds.Hold(hold, first, default)).ShouldBeNull();
        (await _holds.Release(release, released, default)).ShouldBe((0, null));
        (await _holds.Hold(hold, first, default)).ShouldBeNull("as it was answered");
        (await _holds.Release(release, Guid.CreateVersion7(), default))
            .ShouldBe((0, "ReserveStock of order-fulfilment is not held"), "the copy held nothing");

        (await _holds.Hold(hold with { Actor = "bob" }, second, default)).ShouldBeNull();
        (await _holds.Release(release, released, default)).ShouldBe((0, null), "as it was answered");
        (await _holds.Hold(hold, Guid.CreateVersion7(), default))
            .ShouldBe("ReserveStock of order-fulfilment is held already, by bob: stocktaking", "the copy released nothing");
        (await _holds.Release(release, Guid.CreateVersion7(), default)).ShouldBe((0, null));
    }

    [Test]
    public async Task A_row_that_somebody_keeps_locked_holds_up_no_sweep()
    {
        if (Sqlite)
            Assert.Ignore("SQLite locks no rows");
        var (locked, forgotten, free) = (await Submitted(), await Submitted(), await Submitted());
        await Move(locked, TimeSpan.FromSeconds(-2));
        await Forget(forgotten);
        await Move(free, TimeSpan.FromSeconds(-1));
        await using var peer = await Database.Open();
        await using var transaction = await peer.BeginTransactionAsync();
        await new Sql(peer, transaction, Dialect.Postgres, default)
            .Query("SELECT id FROM saga WHERE id = ANY(@ids) FOR UPDATE", row => row.GetGuid(0),
                ("ids", new[] { locked.Id, forgotten.Id }));
        var told = new List<Guid>();
        (await Sweep(told.Add).Run(default).WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(1);
        told.ShouldBe([free.Id]);
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
        (await _holds.Hold(new HoldStep("order-fulfilment", "AuthorizePayment", "ada", "gateway is down"), Guid.CreateVersion7(), default))
            .ShouldBeNull();
        var order = new TestOrder(Journal);
        (await order.Handle(order.Submitted)).Select(sent => sent.MessageType).ShouldBe(["ReserveStock"]);
        await order.Handle(order.Reserved);
        (await Deadline(order)).ShouldBeNull();

        (await _holds.Release(
            new ReleaseStep("order-fulfilment", "AuthorizePayment", null, "bob", "it is back"), Guid.CreateVersion7(), default))
            .ShouldBe((1, null));
        (await Leased(10, Lease)).Select(due => due.SagaId).ShouldBe([order.Id]);
        (await order.Handle(new DeadlineReached(order.Id, DateTimeOffset.UtcNow))).Select(sent => sent.MessageType)
            .ShouldBe(["AuthorizePayment"]);

        (await Database.Read(sql => sql.Query(
            "SELECT kind, step, held_by, held_note, released_by, released_note FROM step_hold",
            row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetString)))))
            .ShouldBe(["order-fulfilment|AuthorizePayment|ada|gateway is down|bob|it is back"]);
    }

    [Test]
    public async Task A_release_may_be_spread()
    {
        await _holds.Hold(new HoldStep("order-fulfilment", HoldStep.Intake, "ada", "stocktaking"), Guid.CreateVersion7(), default);
        var orders = new List<TestOrder>();
        for (var i = 0; i < 5; i++)
            orders.Add(await Submitted());
        (await _holds.Release(new ReleaseStep("order-fulfilment", HoldStep.Intake, 0.5, "ada", "done"), Guid.CreateVersion7(), default))
            .ShouldBe((5, null));

        var first = await Deadline(orders[0]);
        for (var i = 0; i < 5; i++)
            ((await Deadline(orders[i]))!.Value - first!.Value).TotalSeconds.ShouldBe(2 * i, tolerance: 0.01);
    }

    [Test]
    public async Task A_release_at_the_smallest_rate_wakes_the_first_at_once_and_the_others_within_a_year()
    {
        await _holds.Hold(new HoldStep("order-fulfilment", HoldStep.Intake, "ada", "stocktaking"), Guid.CreateVersion7(), default);
        var (first, second) = (await Submitted(), await Submitted());
        (await _holds.Release(
            new ReleaseStep("order-fulfilment", HoldStep.Intake, double.Epsilon, "ada", "done"), Guid.CreateVersion7(), default))
            .ShouldBe((2, null));
        ((await Deadline(second))!.Value - (await Deadline(first))!.Value).ShouldBe(TimeSpan.FromDays(366), TimeSpan.FromSeconds(1));
        (await Leased(10, Lease)).Select(due => due.SagaId).ShouldBe([first.Id]);
    }

    [Test]
    public async Task A_saga_that_nothing_would_wake_is_woken()
    {
        var (forgotten, held) = (await Submitted(), await Submitted());
        await Forget(forgotten);
        await _holds.Hold(new HoldStep("order-fulfilment", "ReserveStock", "ada", "x"), Guid.CreateVersion7(), default);
        await Forget(held, """{"steps":{"ReserveStock":{"status":"Held","waiting":"Release"}}}""");
        (await _holds.WakeForgotten(default)).ShouldBe(1);
        (await Deadline(forgotten)).ShouldNotBeNull();
        (await Deadline(held)).ShouldBeNull();
    }

    static IEnumerable<TestCaseData> Misfits()
    {
        yield return new TestCaseData(
            "orders", "ReserveStock", "ada", "x", "there is no kind of saga 'orders'; the kinds are order-fulfilment");
        yield return new TestCaseData(
            "order-fulfilment", "Reserve", "ada", "x",
            "order-fulfilment has no step Reserve; its steps are ReserveStock, AuthorizePayment, BookShipment, CapturePayment, "
            + "DispatchShipment, and there is intake");
        yield return new TestCaseData("order-fulfilment", "ReserveStock", " ", "x", "it does not say who gives it (actor)");
        yield return new TestCaseData("order-fulfilment", "ReserveStock", "ada", "", "it does not say why (note)");
    }

    [TestCaseSource(nameof(Misfits))]
    public async Task A_command_that_does_not_fit_is_refused_with_the_reason(
        string kind, string step, string actor, string note, string reason)
    {
        (await _holds.Hold(new HoldStep(kind, step, actor, note), Guid.CreateVersion7(), default)).ShouldBe(reason);
        (await _holds.Release(new ReleaseStep(kind, step, null, actor, note), Guid.CreateVersion7(), default)).ShouldBe((0, reason));
    }

    [Test]
    public async Task A_command_for_a_kind_of_another_program_is_left_to_that_program()
    {
        await RecordedDefinitions.Check(Store.Database, Rides);
        foreach (var command in new Func<Task>[]
        {
            () => _holds.Hold(new HoldStep("ride-booking", HoldStep.Intake, "ada", "x"), Guid.CreateVersion7(), default),
            () => _holds.Release(new ReleaseStep("ride-booking", HoldStep.Intake, null, "ada", "x"), Guid.CreateVersion7(), default),
        })
        {
            (await Should.ThrowAsync<OtherProgramException>(command)).Message.ShouldBe(
                "ride-booking is run by another program on this database, and this one runs order-fulfilment; start that program");
        }
    }

    [Test]
    public async Task A_step_is_held_once_and_released_once()
    {
        var (hold, release) = (
            new HoldStep("order-fulfilment", "ReserveStock", "ada", "stocktaking"),
            new ReleaseStep("order-fulfilment", "ReserveStock", null, "ada", "done"));
        (await _holds.Release(release, Guid.CreateVersion7(), default)).ShouldBe((0, "ReserveStock of order-fulfilment is not held"));
        (await _holds.Hold(hold, Guid.CreateVersion7(), default)).ShouldBeNull();
        (await _holds.Hold(hold with { Actor = "bob" }, Guid.CreateVersion7(), default))
            .ShouldBe("ReserveStock of order-fulfilment is held already, by ada: stocktaking");
        (await _holds.Release(release with { PerSecond = 0 }, Guid.CreateVersion7(), default))
            .ShouldBe((0, "a rate of 0 a second releases nothing; it must be above 0, or absent for all at once"));
        (await _holds.Release(release, Guid.CreateVersion7(), default)).ShouldBe((0, null));
        (await _holds.Hold(hold, Guid.CreateVersion7(), default)).ShouldBeNull();
    }

    async Task<List<DueSaga>> Leased(int most, TimeSpan lease, bool again = false, ISagaKind? kind = null) =>
        await _deadlines.Lease(kind ?? Orders, again, most, await Store.Now(default), lease, default);

    DeadlineSweep Sweep(Action<Guid> told, Func<Backlog>? backlog = null) => new(
        _deadlines, _holds, Orders, TimeProvider.System,
        (due, _) =>
        {
            told(due.SagaId);
            return Task.CompletedTask;
        },
        _ => Task.FromResult(backlog?.Invoke() ?? default));

    async Task<TestOrder> Submitted()
    {
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        return order;
    }

    async Task<DateTimeOffset> Move(TestOrder order, TimeSpan from)
    {
        var deadline = (await Store.Now(default)) + from;
        deadline = deadline.AddTicks(-(deadline.Ticks % TimeSpan.TicksPerMillisecond));
        await At(order, deadline);
        return deadline;
    }

    Task<int> At(TestOrder order, DateTimeOffset deadline) =>
        Database.Write(sql => sql.Execute("UPDATE saga SET deadline = @at WHERE id = @id", ("at", deadline), ("id", order.Id)));

    Task<int> AllAt(DateTimeOffset deadline) => Database.Write(sql => sql.Execute("UPDATE saga SET deadline = @at", ("at", deadline)));

    Task<int> Forget(TestOrder order, string? data = null) => Database.Write(async sql => await sql.Execute(
        $"UPDATE saga SET deadline = NULL, updated_at = @then{(data is null ? "" : Sqlite ? ", data = @data" : ", data = @data::jsonb")} "
        + $"WHERE id = @id",
        ("then", (await Store.Now(default)).AddMinutes(-1)), ("data", data), ("id", order.Id)));

    async Task<DateTimeOffset?> Deadline(TestOrder order) => (await Row(order)).Deadline;

    async Task<SagaRow> Row(TestOrder order) =>
        (await Store.Load([new LoadRequest("order-fulfilment", order.Id, Guid.NewGuid())], default))[0].Saga!;
}
