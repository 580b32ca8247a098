using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// Workers that start while a session reads their tables and views for a long time, or while other views depend on theirs.
/// </summary>
[Category("Broker")]
public class A_worker_that_starts_beside_readers
{
    // A start takes seconds, and longer on a busy machine. A worker that waits for a reader would never finish.
    static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(1);

    // The view of an older version: it has other columns, and no mark.
    const string OlderView = "CREATE VIEW order_fulfilment AS SELECT id, state FROM saga WHERE kind = 'order-fulfilment'";

    RealHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task MakeTables()
    {
        _hosts = await RealHosts.On();
        await Killed(await Started());
    }

    [OneTimeTearDown]
    public async Task Stop() => await _hosts.DisposeAsync();

    [Test]
    public async Task Touches_nothing_when_nothing_has_changed()
    {
        await Run("CREATE VIEW my_orders AS SELECT * FROM order_fulfilment");
        await Run("CREATE VIEW my_timeline AS SELECT * FROM saga_timeline");
        await Run("COMMENT ON VIEW saga_timeline IS NULL"); // An older version left it in this state.
        var before = await Views();
        await using var dump = await Session.Open(_hosts.Postgres, "pg_dump", "SET search_path = orchestrator", "BEGIN", await Value(
            """
            SELECT format('LOCK TABLE %s IN ACCESS SHARE MODE', string_agg(c.oid::regclass::text, ', '))
            FROM pg_class c WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'orchestrator'::regnamespace
            """));
        var worker = await Started();
        (await Views()).ShouldBe(before);
        worker.Output.ShouldNotContain("can't be brought to this version");
        worker.Output.ShouldNotContain("stays as it is");
        await dump.DisposeAsync();
        await Killed(worker);
        await Run("DROP VIEW my_orders, my_timeline");
    }

    [Test]
    public async Task Keeps_a_changed_view_that_somebody_has_built_on_and_makes_a_second_one()
    {
        await Run("DROP VIEW order_fulfilment, ride_booking");
        await Run(OlderView);
        await Run("CREATE VIEW my_orders AS SELECT count(*) AS orders FROM order_fulfilment");
        await Run("CREATE TABLE ride_booking (mine text)");
        var before = await Value("SELECT 'order_fulfilment'::regclass::oid");
        var worker = await Started();
        (await Value("SELECT 'order_fulfilment'::regclass::oid")).ShouldBe(before);
        (await Value("SELECT orders FROM my_orders")).ShouldBe("0");
        (await Value("SELECT count(order_number) FROM order_fulfilment_v2")).ShouldBe("0");
        (await Value("SELECT count(ride_number) FROM ride_booking_v2")).ShouldBe("0");
        worker.Output.ShouldContain(
            "The view order_fulfilment stays as it is, because my_orders is built on it. This version's view is order_fulfilment_v2.");
        worker.Output.ShouldContain("The view ride_booking stays as it is, because what has this name is no view.");
        await Killed(worker);

        await Run("DROP TABLE ride_booking");
        await Run("DROP VIEW my_orders");
        await Killed(await Started());
        (await Value("SELECT count(order_number) FROM order_fulfilment")).ShouldBe("0");
        (await Value("SELECT count(ride_number) FROM ride_booking")).ShouldBe("0");
        await Run("DROP VIEW order_fulfilment_v2, ride_booking_v2");
    }

    [Test]
    public async Task Starts_with_the_old_view_while_somebody_reads_it_and_replaces_it_afterwards()
    {
        await Run("DROP VIEW order_fulfilment");
        await Run(OlderView);
        await using var reader = await Session.Open(_hosts.Postgres, "patient", "BEGIN", "SELECT * FROM orchestrator.order_fulfilment");
        var worker = await Started();
        worker.Output.ShouldContain(
            "The view order_fulfilment can't be brought to this version yet: order_fulfilment is locked by session");
        worker.Output.ShouldContain("application patient");
        (await Value("SELECT count(state) FROM order_fulfilment")).ShouldBe("0", "the old one answers");
        await reader.Run("COMMIT");
        const string NewColumn =
            "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('order_fulfilment') AND attname = 'order_number'";
        await Eventually.Is(async () => await Value(NewColumn) == "1", worker.Output);
        await Killed(worker);
    }

    [Test]
    public async Task Waits_for_readers_of_a_table_that_must_change_says_for_whom_and_lets_others_read_in_between()
    {
        await Run("DELETE FROM journal_migrations WHERE \"MigrationId\" LIKE '%Traces'");
        await Run("ALTER TABLE saga DROP COLUMN traceparent");
        await using var reader = await Session.Open(_hosts.Postgres, "patient", "BEGIN", "SELECT * FROM orchestrator.saga");
        var worker = _hosts.Begin(RealHosts.WorkerOfTwo);
        await Eventually.Is(
            () => Task.FromResult(
                worker.Output.Contains("can't be brought to this version yet: saga is locked by session", StringComparison.Ordinal)),
            UsualTime, () => Task.FromResult($"it does not say what it waits for: {worker.Output}"));
        worker.Output.ShouldContain("application patient");
        await using var others = await Session.Open(_hosts.Postgres, "others");
        for (var i = 0; i < 3; i++)
            await others.Run("SELECT count(*) FROM orchestrator.saga");
        (await worker.Answers("/health/live"), await worker.Answers("/health/ready")).ShouldBe((200, 503));
        await reader.Run("COMMIT");
        await worker.Ready(UsualTime);
        await Killed(worker);
    }

    [Test]
    public async Task Does_not_wait_for_a_replica_that_froze_while_it_changed_tables()
    {
        await using var frozen = await Session.Open(
            _hosts.Postgres, "frozen", "BEGIN", "SELECT pg_advisory_xact_lock(hashtext('orchestrator migrations'))");
        await Killed(await Started());
    }

    async Task<HostProcess> Started()
    {
        var worker = _hosts.Begin(RealHosts.WorkerOfTwo);
        await worker.Ready(UsualTime);
        return worker;
    }

    static async Task Killed(HostProcess worker)
    {
        worker.Kill();
        await worker.Ended;
    }

    Task<List<string>> Views() => Store.Read(sql => sql.Query(
        "SELECT concat_ws('|', relname, oid, xmin) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'orchestrator'::regnamespace "
        + "ORDER BY 1",
        row => row.GetString(0)));

    Task<int> Run(string statement) => Store.Write(sql => sql.Execute(statement));

    async Task<string> Value(string query) => (await Store.Read(sql => sql.First(query, row => $"{row.GetValue(0)}")))!;

    Database Store => _hosts.Store(WorkerRegistration.Party);
}
