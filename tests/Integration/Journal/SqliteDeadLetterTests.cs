using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

public class The_dead_letters_in_sqlite : DeadLetterContract
{
    readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    protected override Task<Database> CreateDatabase() => Task.FromResult<Database>(
        new SqliteDatabase(_folder["orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance));
}
