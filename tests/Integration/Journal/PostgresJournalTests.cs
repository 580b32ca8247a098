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
