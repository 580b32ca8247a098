using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Local.Runs;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Runs;

public class The_orders_of_a_file_in_one_sqlite_database : FileOrdersContract
{
    readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    protected override Task<PartyDatabases> CreateDatabases()
    {
        var database = new SqliteDatabase(_folder["orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        return Task.FromResult(new PartyDatabases(database, database, database));
    }
}
