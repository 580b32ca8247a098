using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

public class Breaker_on_postgres() : BreakerContract(postgres: true);

public class Breaker_on_sqlite() : BreakerContract(postgres: false);

/// <summary>The guarantees of the breaker in both dialects. Each test has its own database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class BreakerContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    const string Kind = "order-fulfilment";

    static readonly BreakerOptions Options = new(TimeSpan.FromMilliseconds(500), 5, TimeSpan.FromMilliseconds(500), 1_000);

    // The limits of this saga are short, so that half a second is long.
    static readonly SagaKind<Order> Brisk = new(new OrderFulfilmentSaga { Pace = 0.01 });

    HoldStore _holds = null!;
    StepBreaker _breaker = null!;

    protected override async Task Prepare()
    {
        await JournalSchema.Migrate(Database);
        _holds = new HoldStore(Store, [Brisk]);
        _breaker = Breaker();
    }

    [Test]
    public async Task A_command_that_nobody_answers_is_held_once_by_whichever_workers_look()
    {
        await Submitted(5);
        var workers = Enumerable.Range(0, 4).Select(_ => Breaker()).ToList();
        await Eventually.Is(
            async () =>
            {
                await Task.WhenAll(workers.Select(Looks));
                return (await Open(Database)).Count == 2;
            },
            TimeSpan.FromSeconds(30), () => Task.FromResult("nothing is held"));
        (await Open(Database)).ShouldBe(["AuthorizePayment of AuthorizePayment by engine", "ReserveStock of ReserveStock by engine"]);
        (await Open(Database, "held_note"))
            .ShouldAllBe(
                note => note.StartsWith("no answer to ")
                && note.EndsWith(" of any saga for 00:00:00.5000000; 5 or more have waited for so long"));
    }

    [Test]
    public async Task Fewer_sagas_than_the_floor_are_no_evidence()
    {
        var careful = Breaker(Options with { Floor = 6 });
        await Submitted(5);
        await Held("ReserveStock", before: () => Looks(careful));
        var rows = await Open(Database);
        rows.Count.ShouldBe(2, "the breaker with a floor of five holds them");
        await Looks(careful);
        (await Open(Database)).ShouldBe(rows);
    }

    [Test]
    public async Task An_answer_to_any_saga_is_a_sign_of_life_also_when_it_changes_nothing()
    {
        var orders = await Submitted(6);
        await orders[5].Handle(orders[5].Reserved);
        await Held("AuthorizePayment", before: () => orders[5].Handle(orders[5].Reserved));
        (await Open(Database)).ShouldBe(["AuthorizePayment of AuthorizePayment by engine"]);
    }

    [Test]
    public async Task Do_and_undo_are_enough_together_and_each_has_answers_of_its_own()
    {
        var orders = await Submitted(6);
        foreach (var order in orders.Take(2))
        {
            await order.Handle(order.Authorized);
            await order.Handle(order.StockRefused);
        }

        // Two undos of payments and four payments wait. The stock is being reserved.
        await orders[5].Handle(orders[5].Reserved);
        await Held("VoidPayment", before: () => orders[5].Handle(orders[5].Reserved));
        (await Open(Database)).ShouldBe(["AuthorizePayment of AuthorizePayment by engine", "AuthorizePayment of VoidPayment by engine"]);
    }

    [Test]
    public async Task An_undo_that_is_answered_goes_on_although_its_do_is_held()
    {
        var orders = await Submitted(7);
        foreach (var order in orders.Take(2))
        {
            await order.Handle(order.Authorized);
            await order.Handle(order.StockRefused);
        }

        await Held("AuthorizePayment", before: () => orders[0].Handle(orders[0].Voided with { Epoch = 7 }));
        (await Open(Database)).ShouldNotContain("AuthorizePayment of VoidPayment by engine");
    }

    [Test]
    public async Task A_held_command_is_known_to_the_next_transition_and_goes_on_when_an_answer_comes()
    {
        var orders = await Submitted(5);
        await Held("ReserveStock");
        var late = new TestOrder(Journal);
        (await late.Handle(late.Submitted)).ShouldBeEmpty();
        (await Deadline(late)).ShouldBeNull();

        (await orders[0].Answers(orders[0].Reserved)).ShouldBe("ReserveStock");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Breaker().Close(Brisk, "ReserveStock", default)));
        (await Open(Database)).ShouldBe(["AuthorizePayment of AuthorizePayment by engine"]);
        (await Text("SELECT released_by || ': ' || released_note FROM step_hold WHERE released_at IS NOT NULL"))
            .ShouldBe(["engine: ReserveStock was answered"]);
        (await Deadline(late)).ShouldNotBeNull();
        (await late.Handle(new DeadlineReached(late.Id, DateTimeOffset.UtcNow))).Select(sent => sent.MessageType)
            .ShouldBe(["ReserveStock"]);
        (await late.Answers(late.Reserved)).ShouldBeNull("it is held no longer");
    }

    [Test]
    public async Task After_a_release_everybody_has_as_much_time_again()
    {
        await Submitted(5);
        await Held("ReserveStock");
        await _breaker.Close(Brisk, "ReserveStock", default);
        await Looks(_breaker);
        (await Open(Database)).ShouldNotContain("ReserveStock of ReserveStock by engine");
        await Held("ReserveStock");
    }

    [Test]
    public async Task Holds_of_operators_and_of_the_engine_stand_beside_each_other_and_end_each_by_itself()
    {
        await Submitted(5);
        await Held("ReserveStock");
        (await _holds.Hold(new HoldStep(Kind, "ReserveStock", "ada", "stocktaking"), Guid.CreateVersion7(), default)).ShouldBeNull();
        var late = new TestOrder(Journal);
        await late.Handle(late.Submitted);

        await _breaker.Close(Brisk, "AuthorizePayment", default);
        await _breaker.Close(Brisk, "ReserveStock", default);
        (await Open(Database)).ShouldBe(["ReserveStock of all by ada"]);
        await late.Handle(new DeadlineReached(late.Id, DateTimeOffset.UtcNow));
        await late.Handle(late.Authorized);
        (await Deadline(late)).ShouldBeNull("ada holds it");
        (await _holds.Release(new ReleaseStep(Kind, "ReserveStock", null, "ada", "done"), Guid.CreateVersion7(), default))
            .ShouldBe((1, null));

        await Held("ReserveStock");
        (await _holds.Release(new ReleaseStep(Kind, "ReserveStock", null, "ada", "done"), Guid.CreateVersion7(), default))
            .ShouldBe((0, "ReserveStock of order-fulfilment is not held"));
        (await Open(Database)).ShouldContain("ReserveStock of ReserveStock by engine");
    }

    [Test]
    public async Task What_an_operator_holds_the_engine_neither_holds_nor_tries()
    {
        await _holds.Hold(new HoldStep(Kind, "AuthorizePayment", "ada", "gateway is down"), Guid.CreateVersion7(), default);
        await Submitted(5);
        await Held("ReserveStock");
        (await Open(Database)).ShouldBe(["AuthorizePayment of all by ada", "ReserveStock of ReserveStock by engine"]);

        await _holds.Hold(new HoldStep(Kind, "ReserveStock", "ada", "stocktaking"), Guid.CreateVersion7(), default);
        var late = new TestOrder(Journal);
        await late.Handle(late.Submitted);
        await Run("UPDATE step_hold SET probe_at = held_at");
        await _breaker.Probe(Brisk, default);
        (await Deadline(late)).ShouldBeNull();
    }

    [Test]
    public async Task One_saga_at_a_time_tries_a_held_command_whichever_workers_look()
    {
        await Submitted(5);
        await Held("ReserveStock");
        await Held("AuthorizePayment");
        await Run("UPDATE step_hold SET released_at = held_at, released_by = 'engine' WHERE step = 'AuthorizePayment'");
        // Only these wait. The time of the others is not over yet.
        var late = new List<TestOrder>();
        for (var i = 0; i < 3; i++)
        {
            late.Add(new TestOrder(Journal));
            await late[i].Handle(late[i].Submitted);
            await Run("UPDATE saga SET deadline = NULL WHERE id = @id", ("id", late[i].Id));
        }

        var tried = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            await Run("UPDATE step_hold SET probe_at = held_at");
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Breaker().Probe(Brisk, default)));
            var sent = new List<Guid>();
            foreach (var order in late)
            {
                if ((await order.Handle(new DeadlineReached(order.Id, DateTimeOffset.UtcNow)))
                    .Any(message => message.MessageType == "ReserveStock"))
                    sent.Add(order.Id);
            }

            tried.Add(sent.ShouldHaveSingleItem());
        }

        tried.ShouldBe(late.Select(order => order.Id), "the saga that has waited longest goes first");
    }

    [Test]
    public async Task Sagas_that_the_intake_keeps_from_starting_keep_nobody_else_from_trying()
    {
        var orders = await Submitted(5);
        await Held("ReserveStock");
        var late = new TestOrder(Journal);
        await late.Handle(late.Submitted);
        // This order has sent its command, and began to wait for the release after the late one.
        await orders[0].Handle(new RescheduleDeadline(orders[0].Id, null, DateTimeOffset.UtcNow.AddMinutes(-1), "ada", "now"));
        await orders[0].Handle(new DeadlineReached(orders[0].Id, DateTimeOffset.UtcNow));

        await _holds.Hold(new HoldStep(Kind, HoldStep.Intake, "ada", "first those that are under way"), Guid.CreateVersion7(), default);
        await Due();
        await _breaker.Probe(Brisk, default);
        (await orders[0].Handle(new DeadlineReached(orders[0].Id, DateTimeOffset.UtcNow))).Select(sent => sent.MessageType)
            .ShouldContain("ReserveStock");
    }

    [Test]
    public async Task A_hold_whose_row_is_locked_keeps_no_sweep_waiting()
    {
        if (Sqlite)
            Assert.Ignore("SQLite has no row locks");
        await Submitted(5);
        await Held("ReserveStock");
        await Due();
        await using (await ((PostgresDatabase)Database).Lock("UPDATE step_hold SET held_note = held_note"))
            await _breaker.Probe(Brisk, default).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task A_saga_that_can_not_be_read_keeps_nobody_from_looking_and_trying_and_being_released()
    {
        var orders = await Submitted(6);
        await Run($"UPDATE saga SET data = {(Sqlite ? "'{'" : "'[]'")} WHERE id = @id", ("id", orders[5].Id));
        await Held("ReserveStock");
        var late = new TestOrder(Journal);
        await late.Handle(late.Submitted);
        await Due();
        await _breaker.Probe(Brisk, default);
        (await late.Handle(new DeadlineReached(late.Id, DateTimeOffset.UtcNow)))
            .ShouldContain(message => message.MessageType == "ReserveStock");
        await Run("UPDATE saga SET deadline = NULL, updated_at = @then", ("then", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await _breaker.Close(Brisk, "ReserveStock", default);
        (await _holds.WakeForgotten(default)).ShouldBeGreaterThan(0);
    }

    [Test]
    public async Task A_try_whose_saga_has_ended_keeps_nobody_else_from_trying()
    {
        await Submitted(5);
        await Held("ReserveStock");
        var (gone, next) = (new TestOrder(Journal), new TestOrder(Journal));
        await gone.Handle(gone.Submitted);
        await next.Handle(next.Submitted);
        await Due();
        await _breaker.Probe(Brisk, default);
        await Run("UPDATE saga SET completed_at = updated_at, state = 'Cancelled', deadline = NULL WHERE id = @id", ("id", gone.Id));
        await Due();
        await _breaker.Probe(Brisk, default);
        (await next.Handle(new DeadlineReached(next.Id, DateTimeOffset.UtcNow)))
            .ShouldContain(message => message.MessageType == "ReserveStock");
    }

    [Test]
    public async Task What_no_saga_waits_for_any_more_is_released()
    {
        await Submitted(5);
        await Held("ReserveStock");
        await Due();
        await _breaker.Probe(Brisk, default);
        (await Open(Database)).Count.ShouldBe(2, "the breaker waits for the five");
        await Run("UPDATE saga SET completed_at = updated_at, state = 'Cancelled', deadline = NULL");
        await Due();
        await _breaker.Probe(Brisk, default);
        (await Open(Database)).ShouldBeEmpty();
    }

    [Test]
    public async Task A_try_that_fails_holds_up_no_deadline()
    {
        await Submitted(1);
        await Ready();
        await Run("ALTER TABLE step_hold RENAME COLUMN probe_at TO lost");
        var told = 0;
        var sweep = new DeadlineSweep(
            new DeadlineStore(Store), _holds, Brisk, TimeProvider.System, (_, _) => Task.FromResult(told++), _ =>
                Task.FromResult(default(Backlog)),
            new BreakerWatch(_breaker, Brisk, TimeProvider.System));
        await Should.ThrowAsync<DbException>(() => sweep.Run(default));
        told.ShouldBe(1);
    }

    [Test]
    public async Task A_breaker_that_is_switched_off_holds_nothing_and_releases_what_it_held()
    {
        await Submitted(5);
        await Held("ReserveStock");
        var off = Breaker(BreakerOptions.Off);
        var sweep = new DeadlineSweep(
            new DeadlineStore(Store), _holds, Brisk, TimeProvider.System, (_, _) => Task.CompletedTask, _ =>
                Task.FromResult(default(Backlog)),
            new BreakerWatch(off, Brisk, TimeProvider.System));
        await sweep.Run(default);
        (await Open(Database)).ShouldBeEmpty();
        await Looks(off);
        (await Open(Database)).ShouldBeEmpty();
    }

    [Test]
    public async Task A_process_that_was_away_looks_only_once_it_has_listened_for_long_enough()
    {
        await Submitted(5);
        await Eventually.Is(
            async () => await Silence() > Options.Silence, TimeSpan.FromSeconds(30), () => Task.FromResult("time stands still"));
        var time = new Clock();
        var watch = new BreakerWatch(_breaker, Brisk, time);
        watch.Begin();
        await Ready();
        await watch.Open(default);
        watch.End();
        (await Open(Database)).ShouldBeEmpty("it has just begun to listen");

        time.Pass(Options.Silence!.Value);
        watch.Begin();
        await watch.Open(default);
        watch.End();
        (await Open(Database)).ShouldBeEmpty("it was away");

        for (var i = 0; i < 5; i++)
        {
            time.Pass(Options.Silence.Value / 4);
            watch.Begin();
            await watch.Open(default);
            watch.End();
        }

        (await Open(Database)).Count.ShouldBe(2);
    }

    StepBreaker Breaker(BreakerOptions? options = null) => new(Store, options ?? Options, NullLogger<StepBreaker>.Instance);

    async Task<List<TestOrder>> Submitted(int count)
    {
        var orders = new List<TestOrder>();
        for (var i = 0; i < count; i++)
        {
            orders.Add(new TestOrder(Journal));
            await orders[i].Handle(orders[i].Submitted);
        }

        return orders;
    }

    // The sagas of the tests have the usual limits. A deadline that is near makes the breaker treat them as sagas with short limits.
    Task<int> Ready() => Run("UPDATE saga SET deadline = @now WHERE deadline IS NOT NULL", ("now", DateTimeOffset.UtcNow));

    async Task Looks(StepBreaker breaker)
    {
        await Ready();
        await breaker.Open(Brisk, default);
    }

    Task Held(string command, Func<Task>? before = null) => Eventually.Is(
        async () =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            await Looks(_breaker);
            return (await Open(Database)).Any(hold => hold.Contains($"of {command} by engine"));
        },
        TimeSpan.FromSeconds(30), () => Task.FromResult($"{command} is not held"));

    Task<int> Due() => Run("UPDATE step_hold SET probe_at = held_at");

    async Task<TimeSpan> Silence() => DateTimeOffset.UtcNow - (await Database.Read(sql => sql.First(
        "SELECT max(updated_at) FROM saga", row => Sqlite ? SqliteTime.Parse(row.GetString(0)) : row.GetFieldValue<DateTimeOffset>(0))));

    async Task<DateTimeOffset?> Deadline(TestOrder order) =>
        (await Store.Load([new LoadRequest(Kind, order.Id, Guid.Empty)], default))[0].Saga!.Deadline;

    static Task<List<string>> Open(Database database, string column = "step || ' of ' || coalesce(command, 'all') || ' by ' || held_by") =>
        database.Read(sql => sql.Query(
        $"SELECT {column} FROM step_hold WHERE released_at IS NULL ORDER BY step, command", row => row.GetString(0)));

    Task<List<string>> Text(string query) => Database.Read(sql => sql.Query(query, row => row.GetString(0)));

    sealed class Clock : TimeProvider
    {
        TimeSpan _now = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Pass(TimeSpan time) => _now += time;
    }
}
