using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>The limits that end the sessions of a host that died, froze or lost its network. A living host survives them.</summary>
public class The_limits_of_a_session
{
    string _server = null!;
    PostgresDatabase _watcher = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await SharedPostgres.CreateDatabase();
        _watcher = SharedPostgres.Open(_server);
        await _watcher.Write(sql => sql.Execute("CREATE TABLE note (id int PRIMARY KEY)"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _watcher.DisposeAsync();

    [TestCase("idle_in_transaction_session_timeout")]
    [TestCase("lock_timeout")]
    [TestCase("tcp_keepalives_idle")]
    [TestCase("tcp_keepalives_interval")]
    [TestCase("tcp_keepalives_count")]
    [TestCase("tcp_user_timeout")]
    public async Task Are_set_by_the_hosts(string limit)
    {
        await using var database = Connect();
        var before = await Shown(_watcher, limit);
        (await Shown(database, limit)).ShouldNotBe(before);
    }

    [Test]
    public async Task Are_those_of_the_operator_where_he_sets_them()
    {
        await using var database = Connect("-c lock_timeout=3s --idle-in-transaction-session-timeout=7s");
        (await Shown(database, "lock_timeout")).ShouldBe("3s");
        (await Shown(database, "idle_in_transaction_session_timeout")).ShouldBe("7s");
        (await Shown(database, "tcp_user_timeout")).ShouldNotBe("0");
    }

    [Test]
    public async Task Are_left_to_the_operator_who_has_a_pooler()
    {
        await using var database = PostgresDatabase.Connect(
            _server + ";Max Auto Prepare=0", "limits", TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        new NpgsqlConnectionStringBuilder(database.Source.ConnectionString).Options.ShouldBeNull();
    }

    [Test]
    public async Task End_a_transaction_that_stands_still_and_its_work_is_done_again()
    {
        await using var database = Connect("-c idle_in_transaction_session_timeout=200ms");
        var tries = 0;
        await database.Write(async sql =>
        {
            var session = await sql.First("SELECT pg_backend_pid()", row => row.GetInt32(0));
            await sql.Execute("INSERT INTO note (id) VALUES (1)");
            if (++tries == 1)
                await Ends(session);
            return await sql.Execute("INSERT INTO note (id) VALUES (2)");
        });
        tries.ShouldBe(2);
        (await _watcher.Read(sql => sql.Query("SELECT id FROM note ORDER BY id", row => row.GetInt32(0)))).ShouldBe([1, 2]);
    }

    [Test]
    public async Task End_a_session_that_nobody_uses_and_the_next_one_does_the_work()
    {
        await using var database = Connect("-c idle_session_timeout=200ms");
        await Ends(await database.Read(sql => sql.First("SELECT pg_backend_pid()", row => row.GetInt32(0))));
        (await database.Read(sql => sql.First("SELECT 7", row => row.GetInt32(0)))).ShouldBe(7);
        await Ends(await database.Read(sql => sql.First("SELECT pg_backend_pid()", row => row.GetInt32(0))));
        (await database.Write(sql => sql.First("SELECT 7", row => row.GetInt32(0)))).ShouldBe(7);
    }

    PostgresDatabase Connect(string? options = null) => PostgresDatabase.Connect(
        new NpgsqlConnectionStringBuilder(_server) { Options = options, SearchPath = "public" }.ToString(), "limits", TimeProvider.System,
        NullLogger<PostgresDatabase>.Instance);

    static async Task<string?> Shown(Database database, string limit) =>
        await database.Read(sql => sql.First($"SHOW {limit}", row => row.GetString(0)));

    Task Ends(int session) => Eventually.Is(
        async () =>
            await _watcher.Read(
                sql => sql.First(
                    "SELECT count(*) FROM pg_stat_activity WHERE pid = @session", row => row.GetInt64(0), ("session", session))) == 0,
        "the session goes on");
}
