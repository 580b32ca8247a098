using Npgsql;
using Orchestrator.Storage;
using Orchestrator.Storage.Views;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

[Parallelizable]
public class Views_on_postgres : ViewContract
{
    string _connectionString = null!;

    [Test]
    public async Task A_reader_does_not_hold_up_a_start_and_the_view_is_replaced_when_he_has_gone()
    {
        await Bring(Old);
        await using var reader = await Session.Open(_connectionString, "patient", "BEGIN", "SELECT * FROM things");
        var upkeep = new ViewUpkeep(Database, [New], Log);
        await upkeep.Bring().WaitAsync(TimeSpan.FromSeconds(30));
        var warning = Log.Warnings.ShouldHaveSingleItem();
        warning.ShouldContain("The view things can't be brought to this version yet: things is locked by session ");
        warning.ShouldContain("application patient, role postgres, idle in transaction, since ");

        using var stop = new CancellationTokenSource();
        var rest = upkeep.BringTheRest(stop.Token);
        (await Columns("things")).ShouldBe("id", "the old view answers meanwhile");
        await reader.Run("COMMIT");
        await rest.WaitAsync(TimeSpan.FromMinutes(2));
        (await Columns("things")).ShouldBe("id, colour");
    }

    [Test]
    public async Task Readers_of_tables_and_of_views_that_have_not_changed_hold_up_nothing()
    {
        await Bring(Old);
        var before = await Identity("things");
        await using var dump = await Session.Open(_connectionString, "pg_dump", "BEGIN", "LOCK TABLE thing, things IN ACCESS SHARE MODE");
        await Bring(Old);
        (await Identity("things")).ShouldBe(before);
        await Bring(new StoredView("others", "thing", new ViewRevision(1, 1), "SELECT id FROM thing"));
        (await Exists("others")).ShouldBeTrue("a view that is missing is made at once");
        Log.Warnings.ShouldBeEmpty();
    }

    [Test]
    public async Task Who_may_read_a_view_may_read_what_takes_its_place()
    {
        var clerk = $"clerk_{Guid.NewGuid():n}";
        await Run($"CREATE ROLE {clerk}");
        await Bring(Old);
        await Run($"GRANT SELECT ON things TO {clerk} WITH GRANT OPTION");
        await Run("GRANT SELECT ON things TO PUBLIC");
        await Bring(New);
        await Run("CREATE VIEW report AS SELECT id FROM things");
        await Bring(New with { Revision = new ViewRevision(3, 1), Select = "SELECT id, colour, 3 AS three FROM thing" });
        foreach (var view in new[] { "things", "things_v2" })
        {
            (await Value($"SELECT has_table_privilege('{clerk}', '{view}', 'SELECT WITH GRANT OPTION')")).ShouldBe("True");
            (await Value($"SELECT EXISTS (SELECT FROM pg_class c, aclexplode(c.relacl) a WHERE c.relname = '{view}' AND a.grantee = 0)"))
                .ShouldBe("True");
        }

        await Run($"DROP OWNED BY {clerk}; DROP ROLE {clerk}");
    }

    [Test]
    public async Task A_role_that_owns_its_schema_only_hears_who_is_in_the_way()
    {
        var party = $"party_{Guid.NewGuid():n}";
        await Run($"CREATE ROLE {party} LOGIN PASSWORD 'of the test'; CREATE SCHEMA {party} AUTHORIZATION {party}");
        var connection = new NpgsqlConnectionStringBuilder(_connectionString)
        {
            Username = party,
            Password = "of the test",
            SearchPath = party,
        };
        await using (var own = SharedPostgres.Open(connection.ToString()))
        {
            await own.Write(sql => sql.Execute("CREATE TABLE thing (id int, colour text)"));
            await new ViewUpkeep(own, [Old], Log).Bring();
            await using var reader = await Session.Open(_connectionString, "patient", "BEGIN", $"SELECT * FROM {party}.things");
            await new ViewUpkeep(own, [New], Log).Bring();
            Log.Warnings.ShouldHaveSingleItem().ShouldContain("(application patient, role postgres, state hidden)");
        }

        await Run($"DROP OWNED BY {party}; DROP ROLE {party}");
    }

    [TestCase("CREATE FUNCTION report() RETURNS SETOF things LANGUAGE sql AS 'SELECT * FROM things'", "function report()")]
    [TestCase("CREATE MATERIALIZED VIEW report AS SELECT id FROM things", "report")]
    [TestCase("CREATE TABLE report (things things[])", "column things of table report")]
    public async Task Whatever_is_built_on_a_view_keeps_it(string somebodys, string name)
    {
        await Bring(Old);
        await Run(somebodys);
        await Bring(New);
        (await Columns("things")).ShouldBe("id");
        (await Columns("things_v2")).ShouldBe("id, colour");
        Log.Warnings.ShouldHaveSingleItem().ShouldContain($"because {name} is built on it");
    }

    protected override async Task<Database> CreateEmpty()
    {
        _connectionString = await SharedPostgres.CreateDatabase();
        return OpenAgain();
    }

    protected override Database OpenAgain() => SharedPostgres.Open(_connectionString);

    protected override Task<string> Identity(string view) =>
        Value($"SELECT concat_ws('|', oid, xmin, obj_description(oid, 'pg_class')) FROM pg_class WHERE relname = '{view}'");
}
