using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

public class Upgrading_deadlines_on_postgres() : DeadlineUpgradeContract(postgres: true);

public class Upgrading_deadlines_on_sqlite() : DeadlineUpgradeContract(postgres: false);

/// <summary>A database of the version in which leases did not grow yet, and replicas of that version beside ours.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class DeadlineUpgradeContract(bool postgres) : StoreOfEitherDialect(postgres)
{
    const string Before = "20261126000000_Traces";

    static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    static readonly string[] Kinds = ["order-fulfilment"];

    readonly Guid _due = Guid.CreateVersion7(), _later = Guid.CreateVersion7(), _held = Guid.CreateVersion7(),
    _ended = Guid.CreateVersion7();

    DeadlineStore _deadlines = null!;

    protected override async Task Prepare()
    {
        _deadlines = new DeadlineStore(Store);
        await using (var schema = new JournalSchema(Schema.Options<JournalSchema>(Database, JournalSchema.Party)))
            await schema.GetService<IMigrator>().MigrateAsync(Before);
        var now = await Store.Now(default);
        await Insert(_due, "Running", now.AddSeconds(-60), null);
        await Insert(_later, "Running", now.AddHours(1), null);
        await Insert(_held, "Running", null, null);
        await Insert(_ended, "Completed", null, now);
        await JournalSchema.Migrate(Database);
    }

    [Test]
    public async Task Deadlines_of_before_are_kept_and_told()
    {
        (await _deadlines.NowIfAnyIsDue(Orders, default)).ShouldNotBeNull();
        var told = (await Leased(again: false)).ShouldHaveSingleItem();
        (told.SagaId, told.Version).ShouldBe((_due, 3));
        (await Leased(again: false)).ShouldBeEmpty();
        (await Row(_later)).Deadline.ShouldNotBeNull();
        (await Row(_held)).Deadline.ShouldBeNull();
        (await Row(_ended)).CompletedAt.ShouldNotBeNull();
    }

    [Test]
    public async Task A_replica_of_before_leases_and_is_leased_beside_ours()
    {
        // Our lease, an old one after it, and our lease again. The saga still gets the deadline that it set.
        var first = (await Leased(again: false)).ShouldHaveSingleItem();
        await Pass();
        (await LeaseAsBefore()).ShouldBe([_due]);
        (await Leased(again: true)).ShouldBeEmpty();
        await Pass();
        (await Leased(again: true)).ShouldBe([first]);
        var now = await Store.Now(default);
        (await Row(_due)).Deadline!.Value.ShouldBeInRange(now.AddSeconds(15), now.AddSeconds(20));
    }

    [Test]
    public async Task A_saga_that_a_replica_of_before_moves_has_short_leases_again()
    {
        await Leased(again: false);
        await Pass();
        await Leased(again: true);
        await MoveAsBefore((await Store.Now(default)).AddSeconds(-1));
        (await Leased(again: true)).ShouldBeEmpty();
        (await Leased(again: false)).ShouldHaveSingleItem().Version.ShouldBe(4);
        var now = await Store.Now(default);
        (await Row(_due)).Deadline!.Value.ShouldBeInRange(now, now + Lease);
    }

    // The exact statements of the version before.
    async Task<List<Guid>> LeaseAsBefore()
    {
        if (!Sqlite)
        {
            return await Database.Write(sql => sql.Query(
                """
                WITH due AS MATERIALIZED (
                    SELECT kind, id, deadline FROM saga
                    WHERE deadline <= @until AND kind = ANY(@kinds)
                    ORDER BY deadline LIMIT @most
                    FOR UPDATE SKIP LOCKED
                )
                UPDATE saga s SET deadline = now() + @lease * interval '1 second'
                FROM due d WHERE s.kind = d.kind AND s.id = d.id
                RETURNING s.kind, s.id, d.deadline, s.traceparent
                """,
                row => row.GetGuid(1), ("kinds", Kinds), ("most", 1_000), ("until", DateTimeOffset.UtcNow), ("lease", 5.0)));
        }

        var now = await Store.Now(default);
        return await Database.Write(async sql =>
        {
            var due = await sql.Query(
                $"SELECT kind, id, deadline, traceparent FROM saga WHERE deadline <= @until AND {Database.Among("kind", "kinds")} ORDER "
                + $"BY deadline LIMIT @most",
                row => row.GetGuid(1), ("kinds", Kinds), ("most", 1_000), ("until", now));
            foreach (var saga in due)
                await sql.Execute(
                    "UPDATE saga SET deadline = @until WHERE kind = @kind AND id = @id", ("until", now + Lease),
                    ("kind", "order-fulfilment"), ("id", saga));
            return due;
        });
    }

    // The columns that the version before writes when it moves a saga. On SQLite this is its exact statement.
    async Task MoveAsBefore(DateTimeOffset deadline) => (await Database.Write(sql => sql.Execute(
        $"""
         UPDATE saga
         SET business_key = @business_key, state = @state, step = @step, version = @version, last_message_id = @message_id,
             definition_version = @definition_version, data = @data{(Sqlite ? "" : "::jsonb")}, deadline = @deadline, updated_at = @at,
             completed_at = NULL
         WHERE kind = @kind AND id = @id AND version = @version_before AND last_message_id = @message_before
         """,
        ("business_key", "10248"), ("state", "Running"), ("step", "AuthorizePayment"), ("version", 4L),
        ("message_id", Guid.CreateVersion7()),
        ("definition_version", Orders.DefinitionVersion), ("data", "{}"), ("deadline", deadline), ("at", DateTimeOffset.UtcNow),
        ("kind", "order-fulfilment"), ("id", _due), ("version_before", 3L), ("message_before", _due)))).ShouldBe(1);

    Task<int> Insert(Guid id, string state, DateTimeOffset? deadline, DateTimeOffset? completedAt) => Database.Write(sql => sql.Execute(
        $"""
         INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline, created_at,
                           updated_at, completed_at, traceparent)
         VALUES (@kind, @id, @business_key, @state, @step, @version, @message_id, @definition_version, @data{(Sqlite ? "" : "::jsonb")},
                 @deadline, @at, @at, @completed_at, NULL)
         ON CONFLICT DO NOTHING
         """,
        ("kind", "order-fulfilment"), ("id", id), ("business_key", "10248"), ("state", state), ("step", "ReserveStock"), ("version", 3L),
        ("message_id", id),
        ("definition_version", Orders.DefinitionVersion), ("data", "{}"), ("deadline", deadline),
        ("at", DateTimeOffset.UtcNow.AddHours(-1)), ("completed_at", completedAt)));

    async Task<List<DueSaga>> Leased(bool again) => await _deadlines.Lease(Orders, again, 10, await Store.Now(default), Lease, default);

    // Ends the lease, of either version.
    async Task Pass()
    {
        var now = await Store.Now(default);
        await Database.Write(sql => sql.Execute("UPDATE saga SET deadline = @at WHERE id = @id", ("at", now.AddSeconds(-1)), ("id", _due)));
    }

    async Task<SagaRow> Row(Guid id) => (await Store.Load([new LoadRequest("order-fulfilment", id, Guid.NewGuid())], default))[0].Saga!;
}
