using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit;

/// <summary>A SQLite file in a temporary folder.</summary>
public sealed class SqliteFile : ITestDatabase
{
    DirectoryInfo? _folder;
    SqliteDatabase? _database;

    public Task<Database> Create()
    {
        _folder = Directory.CreateTempSubdirectory("orchestrator-test-");
        _database = new SqliteDatabase(
            Path.Combine(_folder.FullName, "test.db"), TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        return Task.FromResult<Database>(_database);
    }

    public async Task Drop()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder?.Delete(recursive: true);
    }
}
