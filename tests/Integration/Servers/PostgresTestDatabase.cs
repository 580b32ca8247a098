using Orchestrator.Storage;
using Orchestrator.Tests.Unit;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>A database of its own on the run's server, for the tests that hold on both dialects.</summary>
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
