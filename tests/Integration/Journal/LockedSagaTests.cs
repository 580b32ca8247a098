using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Journal;
using Orchestrator.Journal.Postgres;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>A saga whose row another session has locked.</summary>
public class A_saga_that_is_locked
{
    // The first batch that meets a lock waits a second for it, and not until the row is released. The limit is longer, since the machine
    // may be busy.
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    PostgresDatabase _database = null!;
    SagaJournal _journal = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await LimitedPostgres.Create();
        await JournalSchema.Migrate(_database);
        _journal = new SagaJournal(new PostgresJournalStore(_database));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _journal.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Defers_all_its_messages_while_others_go_on_and_moves_when_the_lock_is_gone()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await using (await _database.Lock($"UPDATE saga SET business_key = 'x' WHERE id = '{order.Id}'"))
        {
            List<Task> waits = [order.Handle(order.Reserved), order.Handle(order.Authorized)];
            for (var round = 0; round < 3; round++)
                await Others();
            foreach (var wait in waits)
                await Should.ThrowAsync<DeferredMessageException>(() => wait.WaitAsync(TimeSpan.FromSeconds(15)));
        }

        (await Version(order)).ShouldBe(1);
        await order.Handle(order.Reserved);
        (await order.Handle(order.Authorized)).Select(sent => sent.MessageType).ShouldBe(["BookShipment"]);
        (await Version(order)).ShouldBe(3);
    }

    [Test]
    public async Task Gives_the_places_of_a_long_line_of_messages_back_together()
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await using (await _database.Lock($"UPDATE saga SET business_key = 'x' WHERE id = '{order.Id}'"))
        {
            // Enough messages for several batches.
            var waits = Enumerable.Range(0, 200).Select(_ => order.Handle(new CancelOrder(order.Id, "VINET", "changed my mind"))).ToList();
            var patience = Task.Delay(TimeSpan.FromSeconds(10));
            foreach (var wait in waits)
                await Should.ThrowAsync<DeferredMessageException>(async () => await await Task.WhenAny(wait, patience));
        }
    }

    [Test]
    public async Task Because_it_is_being_inserted_starts_when_the_other_session_has_given_up()
    {
        var order = new TestOrder(_journal);
        Task<IReadOnlyList<OutgoingEnvelope>> waits;
        await using (await _database.Lock(
            $$"""
            INSERT INTO saga (kind, id, business_key, state, version, last_message_id, definition_version, data, created_at, updated_at)
            VALUES ('order-fulfilment', '{{order.Id}}', 'x', 'Running', 1, gen_random_uuid(), 1, '{}', now(), now())
            """))
        {
            waits = order.Handle(order.Submitted);
            await Others();
            await Others();
            waits.IsCompleted.ShouldBeFalse();
        }

        (await waits).Count.ShouldBe(2);
        (await Version(order)).ShouldBe(1);
    }

    Task Others() => Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
    {
        var order = new TestOrder(_journal);
        await order.Handle(order.Submitted);
        await order.Handle(order.Reserved);
    })).WaitAsync(AtOnce);

    Task<long> Version(TestOrder order) =>
        _database.Read(sql => sql.First("SELECT version FROM saga WHERE id = @id", row => row.GetInt64(0), ("id", order.Id)));
}
