using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class A_temporary_database : DatabaseContract
{
    readonly TemporaryFolder _folder = new();
    readonly Waits _waits = new();
    readonly SqliteDatabase _beside;

    public A_temporary_database() =>
        _beside = new SqliteDatabase(_folder["test.db"], TimeProvider.System, _waits.Logger<SqliteDatabase>());

    [OneTimeTearDown]
    public async Task RemoveFolder()
    {
        await _beside.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Is_its_holders_own()
    {
        await Database.Write(sql => Insert(sql, 1));
        await using var other = _beside.CreateTemporary();
        foreach (var database in new Database[] { _beside, other })
            (await database.Read(sql => sql.Query("SELECT name FROM sqlite_schema", row => row.GetString(0)))).ShouldBeEmpty();
    }

    [Test]
    public async Task A_full_disk_is_waited_out_and_said_where_that_of_its_neighbour_is_said()
    {
        await Database.Write(sql => sql.Execute("CREATE TABLE filler (bytes blob)"));
        var pages = await Database.Read(sql => sql.First("PRAGMA page_count", r => r.GetInt64(0)));
        await Database.Read(sql => sql.Query($"PRAGMA max_page_count = {pages + 2}", r => r.GetInt64(0)));
        var write = Database.Write(async sql => await Insert(sql, 1) + await sql.Execute("INSERT INTO filler VALUES (zeroblob(100000))"));
        await _waits.Next();
        await Database.Read(sql => sql.Query("PRAGMA max_page_count = 1000000", r => r.GetInt64(0)));
        await write;
        (await Notes()).ShouldBe([1]);
    }

    protected override Task<Database> Create() => Task.FromResult<Database>(_beside.CreateTemporary());
}
