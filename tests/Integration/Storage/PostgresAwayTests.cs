using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class When_postgres_goes_away
{
    readonly Waits _waits = new();
    PrivatePostgres _server = null!;
    PostgresDatabase _database = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await PrivatePostgres.Create();
        _database = new PostgresDatabase(
            NpgsqlDataSource.Create(_server.ConnectionString()), TimeProvider.System, _waits.Logger<PostgresDatabase>());
        await _database.Write(sql => sql.Execute("CREATE TABLE note (id int PRIMARY KEY)"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [SetUp]
    public Task Clear() => _database.Write(sql => sql.Execute("DELETE FROM note"));

    [Test]
    public async Task Writes_and_reads_wait_until_it_is_back()
    {
        await _server.Stop();
        var write = _database.Write(sql => Insert(sql, 1));
        var read = _database.Read(sql => sql.First("SELECT 7", r => r.GetInt32(0)));
        await _waits.Next();
        write.IsCompleted.ShouldBeFalse();
        await _server.Start();
        await write;
        (await read).ShouldBe(7);
        (await Notes()).ShouldBe([1]);
    }

    [Test]
    public async Task A_caller_that_gives_up_stops_waiting()
    {
        await _server.Stop();
        using var stopping = new CancellationTokenSource();
        var write = _database.Write(sql => Insert(sql, 1), stopping.Token);
        await _waits.Next();
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => write);
        await _server.Start();
        (await Notes()).ShouldBeEmpty();
    }

    [Test]
    public async Task Migrations_wait_until_it_is_back()
    {
        await _server.Stop();
        var migration = Schema.Migrate<FirstVersion>(_database, "things", options => new FirstVersion(options));
        await _waits.Next();
        await _server.Start();
        await migration;
        await _database.Write(sql => sql.Execute("INSERT INTO thing (id) VALUES (1)"));
    }

    [Test]
    public async Task Nothing_is_lost_and_nobody_sees_an_error_however_it_goes_under_load()
    {
        var next = 0;
        var written = new SemaphoreSlim(0);
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var id = Interlocked.Increment(ref next);
                await _database.Write(sql => Insert(sql, id));
                written.Release();
            }
        })).ToList();

        Func<Task>[] ways = [_server.Stop, _server.StopAtOnce, () => Task.Run(_server.Kill)];
        foreach (var goAway in ways)
        {
            await Some(written);
            await goAway();
            await _waits.Next();
            await _server.Start();
            await Some(written);
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);
        (await Notes()).ShouldBe(Enumerable.Range(1, next));
    }

    static async Task Some(SemaphoreSlim written)
    {
        for (var i = 0; i < 50; i++)
            (await written.WaitAsync(TimeSpan.FromMinutes(5))).ShouldBeTrue("no write came through");
    }

    // A commit whose answer was lost runs again.
    static Task<int> Insert(Sql sql, int id) =>
        sql.Execute("INSERT INTO note (id) VALUES (@id) ON CONFLICT DO NOTHING", ("id", id));

    Task<List<int>> Notes() => _database.Read(sql => sql.Query("SELECT id FROM note ORDER BY id", r => r.GetInt32(0)));
}
