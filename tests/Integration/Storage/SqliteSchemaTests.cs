using Microsoft.Data.Sqlite;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

public class A_schema_on_sqlite : SchemaContract
{
    readonly Waits _waits = new();
    TemporaryFolder _folder = null!;

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task A_mark_left_by_a_killed_migration_is_no_obstacle()
    {
        await Database.Write(sql => sql.Execute(
            """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)"""));
        await Database.Write(sql => sql.Execute("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00')"""));
        await MigrateToFirst(Database).WaitAsync(TimeSpan.FromMinutes(2));
        (await Applied("things")).ShouldBe(["20260101000000_First"]);
    }

    [Test]
    public async Task Waits_while_another_process_writes()
    {
        await using var other = new SqliteConnection($"Data Source={_folder["test.db"]};Pooling=false");
        await other.OpenAsync();
        other.BeginTransaction(deferred: false);
        var migration = Task.Run(() => MigrateToFirst(Database));
        await _waits.Next();
        await other.DisposeAsync();
        await migration;
        (await Applied("things")).ShouldBe(["20260101000000_First"]);
    }

    [Test]
    public async Task Waits_for_no_writer_when_nothing_is_missing()
    {
        await MigrateToFirst(Database);
        await using var other = new SqliteConnection($"Data Source={_folder["test.db"]};Pooling=false");
        await other.OpenAsync();
        other.BeginTransaction(deferred: false);
        await MigrateToFirst(Database).WaitAsync(TimeSpan.FromSeconds(30));
    }

    protected override Task<Database> CreateEmpty()
    {
        _folder = new TemporaryFolder();
        return Task.FromResult(OpenAgain());
    }

    protected override Database OpenAgain() =>
        new SqliteDatabase(_folder["test.db"], TimeProvider.System, _waits.Logger<SqliteDatabase>());
}
