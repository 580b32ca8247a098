using System.Globalization;
using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class When_postgres_dies_and_has_a_standby
{
    readonly Waits _waits = new();
    PrivatePostgres _primary = null!, _standby = null!;
    PostgresDatabase _database = null!;

    [SetUp]
    public async Task Start()
    {
        _primary = await PrivatePostgres.Create();
        _standby = await PrivatePostgres.StandbyOf(_primary);
        var both = new NpgsqlConnectionStringBuilder(_primary.ConnectionString())
        {
            Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_primary.Port},127.0.0.1:{_standby.Port}"),
            TargetSessionAttributes = "primary",
        };
        _database = PostgresDatabase.Connect(both.ToString(), "public", TimeProvider.System, _waits.Logger<PostgresDatabase>());
        await _database.Write(sql => sql.Execute("CREATE TABLE note (id int PRIMARY KEY)"));
    }

    [TearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    [Test]
    public async Task Nothing_that_was_committed_is_lost_and_what_is_under_way_waits_until_the_standby_is_promoted()
    {
        await _database.Write(sql => sql.Execute("INSERT INTO note VALUES (1)"));
        _primary.Kill();
        var write = _database.Write(sql => sql.Execute("INSERT INTO note VALUES (2)"));
        await _waits.Next();
        write.IsCompleted.ShouldBeFalse();
        await _standby.Promote();
        await write;
        (await _database.Read(sql => sql.Query("SELECT id FROM note ORDER BY id", row => row.GetInt32(0)))).ShouldBe([1, 2]);
    }

    [Test]
    public async Task What_is_under_way_waits_although_neither_answers()
    {
        await _standby.Stop();
        _primary.Kill();
        var write = _database.Write(sql => sql.Execute("INSERT INTO note VALUES (1)"));
        await _waits.Next();
        write.IsCompleted.ShouldBeFalse();
        await _primary.Start();
        await _standby.Start();
        await write;
    }
}
