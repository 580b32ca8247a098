using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

public class The_journal_in_sqlite : JournalContract
{
    readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    protected override Task<Database> CreateDatabase() => Task.FromResult<Database>(
        new SqliteDatabase(_folder["orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance));

    protected override IJournalStore CreateStore(Database database) => new SqliteJournalStore(database);
}
