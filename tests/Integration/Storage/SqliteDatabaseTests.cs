using Microsoft.Data.Sqlite;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class A_sqlite_database : DatabaseContract
{
    readonly TemporaryFolder _folder = new();
    readonly Waits _waits = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Waits_while_another_process_writes()
    {
        await using var other = await AnotherWriter();
        var write = Database.Write(sql => Insert(sql, 1));
        await _waits.Next();
        write.IsCompleted.ShouldBeFalse();
        await other.DisposeAsync();
        (await write).ShouldBe(1);
    }

    [Test]
    public async Task Stops_waiting_for_another_process_when_its_caller_gives_up()
    {
        await using var other = await AnotherWriter();
        using var stopping = new CancellationTokenSource();
        var write = Database.Write(sql => Insert(sql, 1), stopping.Token);
        await _waits.Next();
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => write);
        await other.DisposeAsync();
        (await Notes()).ShouldBeEmpty();
    }

    [Test]
    public async Task Does_not_run_what_was_given_up_while_it_was_queued()
    {
        using var giveUp = new CancellationTokenSource();
        using var started = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var first = Database.Write(sql =>
        {
            started.Release();
            goOn.Wait();
            return Insert(sql, 1);
        });
        await started.WaitAsync();
        var second = Database.Write(sql => Insert(sql, 2), giveUp.Token);
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        goOn.Release();
        await first;
        (await Database.Write(sql => Insert(sql, 3))).ShouldBe(1);
        (await Notes()).ShouldBe([1, 3]);
    }

    [Test]
    public async Task A_constraint_that_fails_at_the_commit_fails_its_own_work_only()
    {
        await Database.Write(sql => sql.Execute(
            "CREATE TABLE reply (note int REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)"));
        var writes = Enumerable.Range(1, 100).Select(n => Database.Write(async sql =>
            await Insert(sql, n) + await sql.Execute("INSERT INTO reply VALUES (@to)", ("to", n == 50 ? 1000 : n)))).ToList();
        await ((Task)Task.WhenAll(writes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        (await Notes()).ShouldBe(Enumerable.Range(1, 100).Where(n => n != 50));
        writes[49].Exception!.InnerException.ShouldBeOfType<SqliteException>().Message.ShouldContain("FOREIGN KEY");
        await Database.Write(sql => sql.Execute("DROP TABLE reply"));
    }

    [Test]
    public async Task A_full_disk_is_waited_out_and_nobody_gets_an_error()
    {
        await Database.Write(sql => sql.Execute("CREATE TABLE filler (bytes blob)"));
        var pages = await Database.Write(sql => sql.First("PRAGMA page_count", r => r.GetInt64(0)));
        await Database.Write(sql => sql.Query($"PRAGMA max_page_count = {pages + 2}", r => r.GetInt64(0)));
        var writes = Enumerable.Range(1, 10).Select(n => Database.Write(async sql =>
            await Insert(sql, n) + await sql.Execute("INSERT INTO filler VALUES (zeroblob(100000))"))).ToList();
        await _waits.Next();
        await Database.Write(sql => sql.Query("PRAGMA max_page_count = 1000000", r => r.GetInt64(0)));
        await Task.WhenAll(writes);
        (await Notes()).ShouldBe(Enumerable.Range(1, 10));
    }

    [Test]
    public async Task Work_that_waits_for_another_write_is_told_so_instead_of_waiting_for_ever() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => Database.Write(_ => Database.Write(sql => Insert(sql, 1)))))
            .Message.ShouldContain("wait for itself");

    [Test]
    public async Task Work_that_goes_on_later_is_waited_for()
    {
        await Database.Write(async sql =>
        {
            await Task.Yield();
            return await Insert(sql, 1);
        });
        (await Notes()).ShouldBe([1]);
    }

    [Test]
    public async Task Finishes_what_is_queued_when_it_is_disposed_of_and_takes_no_more()
    {
        var path = _folder["closing.db"];
        var closing = new SqliteDatabase(path, TimeProvider.System, _waits.Logger<SqliteDatabase>());
        await closing.Write(sql => sql.Execute("CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL)"));
        var writes = Enumerable.Range(1, 500).Select(n => closing.Write(sql => Insert(sql, n))).ToList();
        await closing.DisposeAsync();
        await Task.WhenAll(writes);
        await Should.ThrowAsync<ObjectDisposedException>(() => closing.Write(sql => Insert(sql, 501)));
        File.Exists(path + "-wal").ShouldBeFalse();
    }

    protected override Task<Database> Create() =>
        Task.FromResult<Database>(new SqliteDatabase(_folder["test.db"], TimeProvider.System, _waits.Logger<SqliteDatabase>()));

    /// <summary>A connection that holds the write lock until it is disposed of.</summary>
    async Task<SqliteConnection> AnotherWriter()
    {
        var connection = new SqliteConnection($"Data Source={_folder["test.db"]};Pooling=false");
        await connection.OpenAsync();
        connection.BeginTransaction(deferred: false);
        return connection;
    }
}
