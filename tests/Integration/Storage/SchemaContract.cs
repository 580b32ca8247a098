using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>The guarantees of <see cref="Schema"/> in every dialect.</summary>
public abstract class SchemaContract
{
    protected Database Database { get; private set; } = null!;

    [SetUp]
    public async Task Open() => Database = await CreateEmpty();

    [TearDown]
    public async Task Close() => await Database.DisposeAsync();

    [Test]
    public async Task Migrations_are_applied_once_and_later_ones_follow()
    {
        await MigrateToFirst(Database);
        await MigrateToFirst(Database);
        (await Applied("things")).ShouldBe(["20260101000000_First"]);
        await MigrateToSecond(Database);
        (await Applied("things")).ShouldBe(["20260101000000_First", "20260202000000_Second"]);
        await Database.Write(sql => sql.Execute("INSERT INTO thing (id, colour) VALUES (1, 'red')"));
    }

    [Test]
    public async Task Many_that_start_at_once_apply_each_migration_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var replica = OpenAgain();
            await MigrateToSecond(replica);
        })));
        (await Applied("things")).ShouldBe(["20260101000000_First", "20260202000000_Second"]);
    }

    [Test]
    public async Task Each_party_has_a_history_of_its_own()
    {
        await MigrateToFirst(Database);
        await Database.Write(sql => sql.Execute("DROP TABLE thing"));
        await Schema.Migrate<FirstVersion>(Database, "others", options => new FirstVersion(options));
        (await Applied("others")).ShouldBe(["20260101000000_First"]);
    }

    [Test]
    public async Task Tables_of_a_newer_version_are_left_alone_and_a_person_is_told_what_to_do()
    {
        await MigrateToSecond(Database);
        var refused = await Should.ThrowAsync<NewerSchemaException>(() => MigrateToFirst(Database));
        refused.Message.ShouldBe(
            "the things tables come from a newer version (migration 20260202000000_Second is unknown here); " +
            "run that version, or name another place for the data");
        (await Applied("things")).Count.ShouldBe(2);
    }

    [Test]
    public async Task Giving_up_ends_it()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(
            () => Schema.Migrate<FirstVersion>(Database, "things", options => new FirstVersion(options), cancelled.Token));
    }

    /// <summary>An empty database.</summary>
    protected abstract Task<Database> CreateEmpty();

    /// <summary>The same database, as another process sees it.</summary>
    protected abstract Database OpenAgain();

    protected static Task MigrateToFirst(Database database) =>
        Schema.Migrate<FirstVersion>(database, "things", options => new FirstVersion(options));

    protected static Task MigrateToSecond(Database database) =>
        Schema.Migrate<SecondVersion>(database, "things", options => new SecondVersion(options));

    protected Task<List<string>> Applied(string party) => Database.Read(sql => sql.Query(
        $"""SELECT "MigrationId" FROM {party}_migrations ORDER BY "MigrationId" """, r => r.GetString(0)));
}
