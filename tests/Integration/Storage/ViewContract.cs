using Orchestrator.Storage;
using Orchestrator.Storage.Views;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>The guarantees of <see cref="ViewUpkeep"/> in every dialect.</summary>
public abstract class ViewContract
{
    protected Database Database { get; private set; } = null!;

    private protected Heard<ViewUpkeep> Log { get; private set; } = null!;

    [SetUp]
    public async Task Open()
    {
        (Database, Log) = (await CreateEmpty(), new Heard<ViewUpkeep>());
        await Run("CREATE TABLE thing (id int PRIMARY KEY, colour text)");
        await Run("INSERT INTO thing VALUES (1, 'red')");
    }

    [TearDown]
    public async Task Close() => await Database.DisposeAsync();

    [Test]
    public async Task A_view_that_has_not_changed_is_not_touched()
    {
        await Bring(Old);
        (await Value("SELECT id FROM things")).ShouldBe("1");
        await Run("CREATE VIEW report AS SELECT id FROM things");
        var before = await Identity("things");
        await Bring(Old);
        (await Identity("things")).ShouldBe(before);
        Log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task A_view_that_has_changed_is_replaced()
    {
        await Bring(Old);
        await Bring(New);
        (await Value("SELECT colour FROM things")).ShouldBe("red");
        await Bring(Old with { Revision = new ViewRevision(2, 2) });
        (await Columns("things")).ShouldBe("id");
        Log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task An_older_definition_does_not_replace_a_newer_view()
    {
        await Bring(New);
        var before = await Identity("things");
        await Bring(Old);
        await Bring(Old with { Revision = New.Revision with { Format = 0 } });
        (await Identity("things")).ShouldBe(before);
        (await Exists("things_v2")).ShouldBeFalse();
        Log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task A_changed_view_that_somebody_has_built_on_stays_and_the_new_one_is_made_beside_it()
    {
        await Bring(Old);
        await Run("CREATE VIEW report AS SELECT id FROM things");
        var before = await Identity("things");
        await Bring(New);
        (await Identity("things")).ShouldBe(before);
        (await Value("SELECT id FROM report")).ShouldBe("1");
        (await Value("SELECT colour FROM things_v2")).ShouldBe("red");
        Log.Warnings.ShouldHaveSingleItem().ShouldBe(
            "The view things stays as it is, because report is built on it. This version's view is things_v2. " +
            "To have it under its own name, remove what is in the way, restart a worker and drop things_v2");

        var second = await Identity("things_v2");
        await Bring(New);
        (await Identity("things_v2")).ShouldBe(second);
        await Bring(Old);
        (await Identity("things_v2")).ShouldBe(second, "an older replica that restarts leaves both alone");

        await Run("DROP VIEW report");
        await Bring(New);
        (await Value("SELECT colour FROM things")).ShouldBe("red");
        (await Exists("things_v3")).ShouldBeFalse();
    }

    [Test]
    public async Task The_next_name_is_used_as_often_as_needed()
    {
        await Bring(Old);
        await Run("CREATE VIEW report AS SELECT id FROM things");
        await Run("CREATE VIEW things_v2 AS SELECT 'mine' AS colour");
        await Bring(New);
        (await Value("SELECT colour FROM things_v2")).ShouldBe("mine");
        (await Value("SELECT colour FROM things_v3")).ShouldBe("red");

        await Run("CREATE VIEW second_report AS SELECT colour FROM things_v3");
        await Bring(Newest);
        (await Columns("things_v3")).ShouldBe("id, colour");
        (await Columns("things_v4")).ShouldBe("id, colour, hue");
    }

    [TestCase("CREATE TABLE things (id int)", "things is no view")]
    [TestCase("CREATE VIEW things AS SELECT 7 AS id", "was not made by this program")]
    public async Task What_others_have_made_under_its_name_is_left_alone(string somebodys, string why)
    {
        await Run(somebodys);
        var before = await Identity("things");
        await Bring(New);
        await Bring(New);
        (await Identity("things")).ShouldBe(before);
        (await Value("SELECT colour FROM things_v2")).ShouldBe("red");
        (await Exists("things_v3")).ShouldBeFalse();
        Log.Warnings.Count.ShouldBe(2);
        Log.Warnings.ShouldAllBe(
            warning => warning.Contains(why.Replace("things is", "this name is", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Test]
    public async Task A_view_of_a_version_without_marks_is_replaced_unless_it_is_the_same()
    {
        await Run($"CREATE VIEW things AS {Old.Select}");
        await Run("CREATE VIEW report AS SELECT id FROM things");
        await Bring(Old);
        (await Exists("things_v2")).ShouldBeFalse("nothing has changed");
        await Run("DROP VIEW report");
        await Run("DROP VIEW things");
        await Run($"CREATE VIEW things AS {Old.Select}");
        await Bring(New);
        (await Columns("things")).ShouldBe("id, colour");
        Log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task Many_that_start_at_once_make_it_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var replica = OpenAgain();
            await new ViewUpkeep(replica, [New], Log).Bring();
        })));
        (await Columns("things")).ShouldBe("id, colour");
        Log.All.ShouldBe(["The view things is of this version now"]);
    }

    protected static StoredView Old { get; } = new("things", "thing", new ViewRevision(1, 1), "SELECT id FROM thing");

    protected static StoredView New { get; } = new("things", "thing", new ViewRevision(2, 1), "SELECT id, colour FROM thing");

    static StoredView Newest { get; } = new("things", "thing", new ViewRevision(3, 1), "SELECT id, colour, colour AS hue FROM thing");

    /// <summary>An empty database.</summary>
    protected abstract Task<Database> CreateEmpty();

    /// <summary>The same database, as another process sees it.</summary>
    protected abstract Database OpenAgain();

    /// <summary>A value that changes when a view is dropped or made again.</summary>
    protected abstract Task<string> Identity(string view);

    protected Task Bring(StoredView view) => new ViewUpkeep(Database, [view], Log).Bring();

    protected Task<int> Run(string statement) => Database.Write(sql => sql.Execute(statement));

    protected async Task<string> Value(string query) => (await Database.Read(sql => sql.First(query, row => $"{row.GetValue(0)}")))!;

    protected async Task<string> Columns(string view) => (await Database.Read(sql => sql.First(
        $"SELECT * FROM {view}", row => string.Join(", ", Enumerable.Range(0, row.FieldCount).Select(row.GetName)))))!;

    protected async Task<bool> Exists(string view) => await Database.Read(sql => sql.First(
        Database.Dialect == Dialect.Postgres
        ? "SELECT count(*) FROM pg_class WHERE relname = @view" : "SELECT count(*) FROM sqlite_schema WHERE name = @view",
        row => row.GetInt64(0), ("view", view))) > 0;
}
