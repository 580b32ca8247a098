using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>The guarantees of <see cref="Database"/> in every dialect.</summary>
public abstract class DatabaseContract
{
    protected Database Database { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        Database = await Create();
        await Database.Write(sql => sql.Execute("CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL)"));
    }

    [OneTimeTearDown]
    public async Task Close() => await Database.DisposeAsync();

    [SetUp]
    public Task Clear() => Database.Write(sql => sql.Execute("DELETE FROM note"));

    [Test]
    public async Task A_write_is_there_for_every_reader_once_it_returns()
    {
        (await Database.Write(sql => Insert(sql, 1))).ShouldBe(1);
        (await Notes()).ShouldBe([1]);
    }

    [Test]
    public async Task Work_that_fails_leaves_nothing_and_its_exception_reaches_its_caller()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => Database.Write<int>(async sql =>
        {
            await Insert(sql, 1);
            throw new InvalidOperationException("no");
        }));
        refused.Message.ShouldBe("no");
        (await Notes()).ShouldBeEmpty();
    }

    [Test]
    public async Task Of_many_writes_at_once_those_that_fail_fail_alone()
    {
        await Database.Write(sql => Insert(sql, 0));
        var writes = Enumerable.Range(1, 600).Select(n => Database.Write(async sql =>
        {
            await Insert(sql, n);
            return (n % 3) switch
            {
                0 => throw new InvalidOperationException("no"),
                1 => await Insert(sql, 0),
                _ => n,
            };
        })).ToList();
        await ((Task)Task.WhenAll(writes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        (await Notes()).ShouldBe([0, .. Enumerable.Range(1, 600).Where(n => n % 3 == 2)]);
        for (var n = 1; n <= 600; n++)
            (writes[n - 1].Exception?.InnerException switch
            {
                null => 2,
                InvalidOperationException => 0,
                DbException => 1,
                _ => -1,
            }).ShouldBe(n % 3);
    }

    [Test]
    public async Task Work_that_overlooks_a_failed_statement_is_not_taken_for_done()
    {
        await Should.ThrowAsync<DbException>(() => Database.Write(async sql =>
        {
            await Insert(sql, 1);
            try
            {
                await Insert(sql, 1);
            }
            catch (DbException)
            {
            }

            return "done";
        }));
        (await Notes()).ShouldBeEmpty();
    }

    [Test]
    public async Task A_duplicate_key_is_not_waited_out()
    {
        await Database.Write(sql => Insert(sql, 1));
        Database.IsTransient(await Should.ThrowAsync<DbException>(() => Database.Write(sql => Insert(sql, 1)))).ShouldBeFalse();
    }

    [Test]
    public async Task Work_that_ends_the_transaction_by_itself_takes_nothing_of_others_along()
    {
        var writes = Enumerable.Range(1, 100).Select(n => Database.Write(async sql =>
        {
            await Insert(sql, n);
            return n == 50 ? await sql.Execute("ROLLBACK") : n;
        })).ToList();
        await ((Task)Task.WhenAll(writes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        (await Notes()).ShouldBe(Enumerable.Range(1, 100).Where(n => n != 50));
    }

    [Test]
    public async Task Ids_times_amounts_and_nulls_come_back_as_they_went()
    {
        var id = Guid.CreateVersion7();
        var at = new DateTimeOffset(2026, 2, 3, 23, 4, 5, 678, 901, TimeSpan.FromHours(-7));
        var types = Database.Dialect == Dialect.Sqlite ? (Id: "text", At: "text") : (Id: "uuid", At: "timestamptz");
        await Database.Write(sql => sql.Execute($"CREATE TABLE kept (id {types.Id}, at {types.At}, minor bigint, absent text)"));
        await Database.Write(sql => sql.Execute(
            "INSERT INTO kept VALUES (@id, @at, @minor, @absent)", ("id", id), ("at", at), ("minor", long.MaxValue), ("absent", null)));

        var row = await Database.Read(sql => sql.First(
            "SELECT id, at, minor, absent FROM kept WHERE id = @id AND at = @at",
            r => (r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.GetInt64(2), r.IsDBNull(3)),
            ("id", id), ("at", at)));
        row.ShouldBe((id, at, long.MaxValue, true));
        row.Item2.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Test]
    public async Task Rows_are_found_by_any_number_of_ids_at_once()
    {
        var ids = Enumerable.Range(0, 2_500).Select(_ => Guid.CreateVersion7()).ToArray();
        await Database.Write(sql => sql.Execute(
            $"CREATE TABLE known (id {(Database.Dialect == Dialect.Sqlite ? "text COLLATE NOCASE" : "uuid")} PRIMARY KEY)"));
        // In capitals, as another program may have written them.
        await Database.Write(sql => sql.Execute(
            $"INSERT INTO known VALUES {string.Join(", ", ids.Select(id => $"('{id.ToString().ToUpperInvariant()}')"))}"));

        (await Found([.. ids.Skip(500), Guid.CreateVersion7(), ids[^1]])).ShouldBe(ids.Skip(500), ignoreOrder: true);
        (await Found([])).ShouldBeEmpty();

        Task<List<Guid>> Found(Guid[] wanted) => Database.Read(sql => sql.Query(
            $"SELECT k.id FROM known k WHERE {Database.Among("k.id", "ids")}", row => row.GetGuid(0), ("ids", wanted)));
    }

    [Test]
    public async Task A_query_without_rows_gives_none()
    {
        (await Database.Read(sql => sql.First("SELECT text FROM note WHERE id = 1", r => r.GetString(0)))).ShouldBeNull();
        (await Database.Read(sql => sql.Query("SELECT text FROM note", r => r.GetString(0)))).ShouldBeEmpty();
    }

    [Test]
    public async Task A_caller_that_has_given_up_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Database.Write(sql => Insert(sql, 1), cancelled.Token));
        (await Notes()).ShouldBeEmpty();
    }

    /// <summary>An empty database.</summary>
    protected abstract Task<Database> Create();

    protected static Task<int> Insert(Sql sql, int id) =>
        sql.Execute("INSERT INTO note (id, text) VALUES (@id, @text)", ("id", id), ("text", $"note {id}"));

    protected Task<List<int>> Notes() => Database.Read(sql => sql.Query("SELECT id FROM note ORDER BY id", r => r.GetInt32(0)));
}
