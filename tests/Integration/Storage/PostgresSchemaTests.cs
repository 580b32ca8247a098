using Npgsql;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class A_schema_on_postgres : SchemaContract
{
    string _connectionString = null!;
    Heard<PostgresDatabase> _log = null!;

    [Test]
    public async Task Waits_for_no_reader_when_nothing_is_missing()
    {
        await MigrateToSecond(Database);
        await using var dump = await Session.Open(
            _connectionString, "pg_dump", "BEGIN", "LOCK TABLE thing, things_migrations IN ACCESS SHARE MODE");
        await using var frozen = await Session.Open(
            _connectionString, "frozen", "BEGIN", "SELECT pg_advisory_xact_lock(hashtext('orchestrator migrations'))");
        await MigrateToSecond(Database).WaitAsync(TimeSpan.FromSeconds(30));
        _log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task Waits_for_readers_of_a_table_that_must_change_says_for_whom_and_lets_others_read_in_between()
    {
        await MigrateToFirst(Database);
        await using var reader = await Session.Open(_connectionString, "patient", "BEGIN", "SELECT * FROM thing");
        var migration = MigrateToSecond(Database);
        await Eventually.Is(
            () => Task.FromResult(_log.Warnings.Count > 0), TimeSpan.FromMinutes(1), () =>
                Task.FromResult("it does not say what it waits for"));
        _log.Warnings[0].ShouldMatch(
            @"^The things tables in .* can't be brought to this version yet: " +
            @"thing is locked by session [0-9]+ \(application patient, role postgres, idle in transaction, since ");
        await using var others = await Session.Open(_connectionString, "others");
        for (var i = 0; i < 3; i++)
            await others.Run("SELECT * FROM thing");
        migration.IsCompleted.ShouldBeFalse();
        await reader.Run("COMMIT");
        await migration.WaitAsync(TimeSpan.FromMinutes(1));
        (await Applied("things")).Count.ShouldBe(2);
    }

    [Test]
    public async Task Waits_for_a_replica_that_holds_the_lock_of_migrations_and_says_so()
    {
        await using var frozen = await Session.Open(
            _connectionString, "frozen", "BEGIN", "SELECT pg_advisory_xact_lock(hashtext('orchestrator migrations'))");
        var migration = MigrateToFirst(Database);
        await Eventually.Is(
            () => Task.FromResult(_log.Warnings.Count > 0), TimeSpan.FromMinutes(1), () =>
                Task.FromResult("it does not say what it waits for"));
        _log.Warnings[0].ShouldContain("what only one may change at a time is locked by session ");
        _log.Warnings[0].ShouldContain("(application frozen, role postgres, idle in transaction, since ");
        await frozen.DisposeAsync();
        await migration.WaitAsync(TimeSpan.FromMinutes(1));
        (await Applied("things")).Count.ShouldBe(1);
    }

    [Test]
    public async Task A_change_that_takes_longer_than_a_command_may_is_not_broken_off()
    {
        await using var impatient = SharedPostgres.Open(_connectionString + ";Command Timeout=1");
        await Schema.Migrate<SlowVersion>(impatient, "things", options => new SlowVersion(options)).WaitAsync(TimeSpan.FromMinutes(1));
        (await Applied("things")).ShouldBe(["20260101000000_Slow"]);
    }

    protected override async Task<Database> CreateEmpty()
    {
        (_connectionString, _log) = (await SharedPostgres.CreateDatabase(), new Heard<PostgresDatabase>());
        return new PostgresDatabase(NpgsqlDataSource.Create(_connectionString), TimeProvider.System, _log);
    }

    protected override Database OpenAgain() => SharedPostgres.Open(_connectionString);
}

public class A_schema_of_a_partys_own_on_postgres : SchemaContract
{
    string _connectionString = null!;

    protected override async Task<Database> CreateEmpty()
    {
        var shared = await SharedPostgres.CreateDatabase();
        await using (var database = SharedPostgres.Open(shared))
            await database.Write(sql => sql.Execute("CREATE SCHEMA party"));
        _connectionString = new NpgsqlConnectionStringBuilder(shared) { SearchPath = "party" }.ToString();
        return OpenAgain();
    }

    protected override Database OpenAgain() => SharedPostgres.Open(_connectionString);
}
