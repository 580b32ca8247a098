using Orchestrator.Storage;
using Orchestrator.Tests.Unit;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>A new database on the server of the run, for tests of both dialects.</summary>
sealed class PostgresTestDatabase : ITestDatabase
{
    Database? _database;

    public async Task<Database> Create() => _database = SharedPostgres.Open(await SharedPostgres.CreateDatabase());

    public async Task Drop()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
