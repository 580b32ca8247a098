using Npgsql;
using Orchestrator.Journal;
using Orchestrator.Journal.Postgres;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

public class The_journal_in_postgres : JournalContract
{
    protected override async Task<Database> CreateDatabase() => SharedPostgres.Open(await SharedPostgres.CreateDatabase());

    protected override IJournalStore CreateStore(Database database) => new PostgresJournalStore((PostgresDatabase)database);
}

/// <summary>
/// The permissions for the journal's own tables were revoked, or another user made them. No saga moves, and operators must learn why.
/// </summary>
public class The_journal_where_it_may_not_write
{
    [Test]
    public async Task Names_what_is_forbidden()
    {
        var (address, role) = (await SharedPostgres.CreateDatabase(), $"limited_{Guid.NewGuid():n}");
        await using var owner = SharedPostgres.Open(address);
        await JournalSchema.Migrate(owner);
        await Owner($"CREATE ROLE {role}");
        try
        {
            await Owner($"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}");
            await Owner($"REVOKE INSERT ON journal FROM {role}");
            await using var database = SharedPostgres.Open(
                new NpgsqlConnectionStringBuilder(address) { Options = $"-c role={role}" }.ToString());
            await using var journal = new SagaJournal(new PostgresJournalStore(database));
            var order = new TestOrder(journal);
            await Should.ThrowAsync<PostgresException>(() => order.Handle(order.Submitted));
            database.Forbidden.ShouldBe("permission denied for table journal");

            await Owner($"REVOKE SELECT ON saga FROM {role}");
            await Should.ThrowAsync<PostgresException>(() => order.Handle(order.Submitted));
            database.Forbidden.ShouldBe("permission denied for table saga");
        }
        finally
        {
            await Owner($"DROP OWNED BY {role}");
            await Owner($"DROP ROLE {role}");
        }

        Task Owner(string statement) => owner.Write(sql => sql.Execute(statement));
    }
}
