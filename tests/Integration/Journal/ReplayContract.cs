using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Replay;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Integration.Journal;

public class Replay_on_postgres() : ReplayContract(postgres: true);

public class Replay_on_sqlite() : ReplayContract(postgres: false);

/// <summary>What replay reports in both dialects. Each test has its own database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ReplayContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    [Test]
    public async Task Sagas_that_nobody_touched_lead_to_what_is_recorded()
    {
        var going = await Submitted();
        await going.Handle(going.Reserved);
        await going.Handle(going.Authorized);
        var refused = await Submitted();
        await refused.Handle(refused.StockRefused);
        await refused.Handle(refused.Voided);
        var cancelledInAdvance = new TestOrder(Journal);
        await cancelledInAdvance.Handle(new CancelOrder(cancelledInAdvance.Id, "ann", "changed my mind"));
        await cancelledInAdvance.Handle(cancelledInAdvance.Submitted);

        (await Replayed()).Select(saga => (saga.Id, saga.Transitions, saga.Difference)).ShouldBe(
        [
            (going.Id, 3, null), (refused.Id, 3, null), (cancelledInAdvance.Id, 2, null),
        ], ignoreOrder: true);
        (await Replayed(only: [going.Id])).Single().Id.ShouldBe(going.Id);
        (await Replayed(since: DateTimeOffset.UtcNow.AddHours(1))).ShouldBeEmpty();
    }

    [Test]
    public async Task So_do_more_sagas_than_are_read_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => Submitted()));
        var sagas = await Replayed();
        sagas.Select(saga => saga.Id).Distinct().Count().ShouldBe(250);
        sagas.ShouldAllBe(saga => saga.Difference == null);
    }

    [Test]
    public async Task So_do_those_that_were_refused_for_their_business_key()
    {
        var first = await Submitted();
        var second = new TestOrder(Journal, first.Number);
        (await second.Handle(second.Submitted)).Select(sent => sent.MessageType)
            .ShouldBe(["OrderCancelled", "OrderConflicted"], ignoreOrder: true);
        (await Replayed()).ShouldAllBe(saga => saga.Difference == null);
    }

    [Test]
    public async Task So_do_those_whose_steps_were_held_by_operators_or_by_the_breaker()
    {
        var holds = new HoldStore(Store, [Orders]);
        await holds.Hold(new HoldStep(Orders.Name, "ReserveStock", "ann", "stocktaking"), Guid.CreateVersion7(), default);
        var held = await Submitted();
        await holds.Release(new ReleaseStep(Orders.Name, "ReserveStock", null, "ann", "done"), Guid.CreateVersion7(), default);
        (await held.Handle(new DeadlineReached(held.Id, DateTimeOffset.UtcNow))).Select(sent => sent.MessageType)
            .ShouldBe(["ReserveStock"]);

        await Run(
            """
            INSERT INTO step_hold (id, kind, step, command, held_at, held_by, held_note, probe_at)
            VALUES (@id, 'order-fulfilment', 'AuthorizePayment', 'AuthorizePayment', @at, 'engine', 'nobody answers', @at)
            """,
            ("id", Guid.CreateVersion7()), ("at", DateTimeOffset.UtcNow));
        var silent = await Submitted();
        await silent.Handle(silent.Reserved);
        (await Row("SELECT data ->> 'heldSince' IS NOT NULL FROM saga WHERE id = @id", ("id", silent.Id))).ShouldBeOneOf("1", "True");
        (await Replayed()).Select(saga => saga.Difference).ShouldBe([null, null]);
    }

    [Test]
    public async Task Changes_by_hand_are_found()
    {
        var (state, sent, data, gap) = (await Submitted(), await Submitted(), await Submitted(), await Submitted());
        await gap.Handle(gap.Reserved);
        await Run("UPDATE journal SET to_state = 'Completed' WHERE saga_id = @id", ("id", state.Id));
        await Run("UPDATE journal SET outgoing = '[]' WHERE saga_id = @id", ("id", sent.Id));
        await Run(
            Sqlite
                ? "UPDATE saga SET data = json_set(data, '$.customerId', 'MALLORY') WHERE id = @id"
                : "UPDATE saga SET data = jsonb_set(data, '{customerId}', '\"MALLORY\"') WHERE id = @id",
            ("id", data.Id));
        await Run("DELETE FROM journal WHERE saga_id = @id AND seq = 1", ("id", gap.Id));

        var differences = (await Replayed()).ToDictionary(saga => saga.Id, saga => saga.Difference);
        differences[state.Id]!.ShouldEndWith(
            "nothing -> Completed is recorded, and now it is nothing -> Running: ReserveStock, AuthorizePayment");
        differences[state.Id]!.ShouldStartWith("transition 1, OrderSubmitted at ");
        differences[sent.Id]!.ShouldEndWith("it sent nothing, and now it sends ReserveStock, AuthorizePayment");
        differences[data.Id].ShouldBe("the column data is not what its journal leads to");
        differences[gap.Id].ShouldBe("it is at version 2, and its journal has 1 rows, not one for each");
    }

    // A worker moves sagas while replay reads them.
    [Test]
    public async Task A_transition_that_came_after_the_saga_was_read_is_no_difference()
    {
        var order = await Submitted();
        await Run(
            """
            INSERT INTO journal (
                kind, saga_id, seq, message_id, message_type, event, from_state, to_state, outgoing, definition_version, at)
            SELECT kind, saga_id, seq + 1, @id, message_type, event, from_state, to_state, outgoing, definition_version, at FROM journal
            """,
            ("id", Guid.CreateVersion7()));
        (await Replayed()).ShouldBe([new(order.Id, order.Number, 1, null)]);
    }

    [Test]
    public async Task One_whose_rows_cannot_be_read_is_named_and_the_others_are_replayed()
    {
        var (first, broken, last) = (await Submitted(), await Submitted(), await Submitted());
        await Run("UPDATE journal SET outgoing = '{}' WHERE saga_id = @id", ("id", broken.Id));
        var sagas = await Replayed();
        sagas.Select(saga => saga.Id).ShouldBe([first.Id, broken.Id, last.Id], ignoreOrder: true);
        sagas.Single(saga => saga.Difference is not null).Difference!.ShouldStartWith("its rows can't be read: ");
    }

    [Test]
    public async Task What_another_version_decided_is_compared_but_for_what_it_keeps()
    {
        var (keeps, differs) = (await Submitted(), await Submitted());
        await Run("UPDATE journal SET definition_version = 1");
        await Run(
            Sqlite
                ? "UPDATE saga SET data = json_set(data, '$.customerId', 'MALLORY') WHERE id = @id"
                : "UPDATE saga SET data = jsonb_set(data, '{customerId}', '\"MALLORY\"') WHERE id = @id",
            ("id", keeps.Id));
        await Run("UPDATE journal SET outgoing = '[]' WHERE saga_id = @id", ("id", differs.Id));
        var differences = (await Replayed()).ToDictionary(saga => saga.Id, saga => saga.Difference);
        differences[keeps.Id].ShouldBeNull();
        differences[differs.Id]!.ShouldContain(
            $" (by version 1 of its table; replayed by version {Orders.DefinitionVersion}): "
            + "it sent nothing, and now it sends ReserveStock");
    }

    [Test]
    public async Task A_version_that_decides_otherwise_is_found()
    {
        var order = await Submitted();
        await order.Handle(order.Reserved);
        var forgetful = new SagaKind<Order>(
            new OrderFulfilmentSaga(),
            (definition, saga, message, circumstances) => Decider.Decide(definition, saga, message, circumstances) with { Outgoing = [] });
        (await Replayed(forgetful))
            .Single().Difference!.ShouldEndWith(": it sent ReserveStock, AuthorizePayment, and now it sends nothing");
        var strict = new SagaKind<Order>(
            new OrderFulfilmentSaga(), (_, _, _, _) => throw new InvalidOperationException("no orders on Mondays"));
        (await Replayed(strict)).Single().Difference!.ShouldEndWith(": it is refused now: no orders on Mondays");
    }

    [Test]
    public async Task Nothing_is_written()
    {
        var order = await Submitted();
        const string All = "SELECT s.version, s.updated_at, (SELECT count(*) FROM journal) FROM saga s";
        var before = await Row(All);
        (await Replayed()).Single().Id.ShouldBe(order.Id);
        (await Row(All)).ShouldBe(before);
    }

    async Task<TestOrder> Submitted()
    {
        var order = new TestOrder(Journal);
        await order.Handle(order.Submitted);
        return order;
    }

    async Task<List<ReplayedSaga>> Replayed(ISagaKind? kind = null, DateTimeOffset? since = null, IReadOnlyCollection<Guid>? only = null)
    {
        var sagas = new List<ReplayedSaga>();
        await foreach (var saga in new JournalReplay(Database, [kind ?? Orders]).Run(since, only))
            sagas.Add(saga);
        return sagas;
    }
}
