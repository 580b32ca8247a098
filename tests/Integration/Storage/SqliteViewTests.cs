using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

public class Views_on_sqlite : ViewContract
{
    TemporaryFolder _folder = null!;

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    protected override Task<Database> CreateEmpty()
    {
        _folder = new TemporaryFolder();
        return Task.FromResult(OpenAgain());
    }

    protected override Database OpenAgain() =>
        new SqliteDatabase(_folder["test.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);

    protected override Task<string> Identity(string view) => Value($"SELECT rowid || sql FROM sqlite_schema WHERE name = '{view}'");
}
