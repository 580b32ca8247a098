using Npgsql;
using Orchestrator.Storage;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// Deadlines, when something is wrong with a replica of the worker or with a saga. No participant runs here, so every order waits for its
/// deadlines.
/// </summary>
public class Deadlines_on_real_servers
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    static readonly (string, string) Fast = ("Sagas__Pace", "0.05");

    RealHosts _hosts = null!;

    [SetUp]
    public async Task Start()
    {
        _hosts = await RealHosts.On();
        _hosts.Settings["Sagas__Breaker__Silence"] = "never"; // These tests are about silence.
    }

    [TearDown]
    public async Task Stop() => await _hosts.DisposeAsync();

    [TestCase(null, "-20m")]
    [TestCase("+30m", null)]
    public async Task Are_kept_by_the_next_worker_whichever_clock_the_last_one_had_and_whichever_it_has(string? last, string? next)
    {
        foreach (var clock in new[] { last, next })
        {
            var worker = _hosts.Begin(RealHosts.Worker, null, [Fast, .. clock is null ? [] : FakeTime.Of(clock)]);
            await worker.Ready();
            await AreTold(await _hosts.Submit(OrderLines.Make(5)));
            worker.Kill();
        }
    }

    [Test]
    public async Task Are_kept_by_another_worker_when_one_is_frozen_in_its_sweep()
    {
        // The pace is slow, so that the orders have deadlines during the whole test.
        var slow = ("Sagas__Pace", "0.2");
        var frozen = _hosts.Begin(
            RealHosts.Worker, null, slow,
            ("ConnectionStrings__Postgres", new NpgsqlConnectionStringBuilder(_hosts.Postgres) { ApplicationName = "frozen" }.ToString()));
        var other = _hosts.Begin(RealHosts.Worker, null, slow);
        await frozen.Ready();
        await other.Ready();
        var orders = await _hosts.Submit(OrderLines.Make(20));
        await AreTold(orders);
        await other.Pause();
        await FreezeInItsSweep(frozen);
        await other.Resume();
        await AreTold(
            orders, since: await _hosts.Store("orchestrator")
            .Read(sql => sql.First("SELECT now()", row => row.GetFieldValue<DateTimeOffset>(0))));
    }

    [TestCase("""{"steps": 5}""")]
    [TestCase("null")]
    public async Task Of_a_saga_that_can_not_be_moved_are_told_ever_more_rarely_and_always_by_the_same_message(string data)
    {
        await Worker();
        var order = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await AreTold([order]);
        await Execute($"UPDATE saga SET data = '{data}', deadline = now() WHERE id = '{order}'");
        foreach (var (seconds, letters) in new[] { (5, 1), (20, 2), (80, 3), (320, 4) })
        {
            await Eventually.Is(
                () => Holds($"(SELECT count(*) FROM dead_letter WHERE saga_id = '{order}') = {letters}"), "the saga is not told");
            (await _hosts.Count("orchestrator", $"SELECT extract(epoch FROM deadline - now())::bigint FROM saga WHERE id = '{order}'"))
                .ShouldBeInRange(seconds - 4, seconds);
            await Execute($"UPDATE saga SET deadline = now() WHERE id = '{order}'");
        }

        (await _hosts.DeadLetters()).Select(letter => letter.Message).Distinct().ShouldHaveSingleItem();
        // Such a saga does not stop a worker from starting.
        await Worker();
    }

    [Test, Category("Long")]
    public async Task Of_others_are_kept_while_2000_sagas_can_not_be_moved()
    {
        const int Stuck = 2_000;
        await Worker();
        await AreTold(await _hosts.Submit(OrderLines.Make(1)));
        await Execute($$"""
            INSERT INTO saga (kind, id, business_key, state, step, version, last_message_id, definition_version, data, deadline, created_at,
                              updated_at)
            SELECT kind, gen_random_uuid(), 'stuck', state, step, version, last_message_id, definition_version, '{"steps": 5}', now(),
                   created_at, updated_at
            FROM saga CROSS JOIN generate_series(1, {{Stuck}})
            """);
        await Eventually.Is(() => Holds($"(SELECT count(DISTINCT saga_id) FROM dead_letter) = {Stuck}"), "not all have been told");
        for (var i = 0; i < 3; i++)
            await AreTold(await _hosts.Submit(OrderLines.Make(3)));
        (await Waiting()).ShouldBeLessThan(500u);
    }

    // Each saga acts on a deadline.
    async Task AreTold(IReadOnlyList<Guid> orders, DateTimeOffset since = default)
    {
        var told =
            $"SELECT count(DISTINCT saga_id) FROM journal WHERE message_type = 'DeadlineReached' AND at > '{since:O}' AND saga_id IN "
            + $"({string.Join(", ", orders.Select(order => $"'{order}'"))})";
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", told) == orders.Count, Soon,
            async () =>
                $"{await _hosts.Count("orchestrator", told)} of {orders.Count} were told; "
                + $"{string.Join(Environment.NewLine, _hosts.Running.Select(host => host.Output))}");
    }

    async Task Worker()
    {
        await _hosts.Begin(RealHosts.Worker, null, Fast).Ready();
    }

    // The worker waits for a lock when it freezes, and gets it afterwards. So it holds what the next sweep needs. Older workers swept under
    // a lock of their scheduler. Without that table, the statement of the sweep itself waits.
    async Task FreezeInItsSweep(HostProcess worker)
    {
        const string Scheduler = "SELECT 1 FROM qrtz_locks WHERE lock_name = 'TRIGGER_ACCESS' FOR UPDATE",
        Sagas = "LOCK TABLE saga IN EXCLUSIVE MODE";
        (await FreezesWaitingFor(await Holds("to_regclass('qrtz_locks') IS NOT NULL") ? Scheduler : Sagas))
            .ShouldBeTrue("it never waited for a lock");

        async Task<bool> FreezesWaitingFor(string locked)
        {
            await using var connection = await ((PostgresDatabase)_hosts.Store("orchestrator")).Source.OpenConnectionAsync();
            for (var waited = System.Diagnostics.Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(20);)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await using (var command = new NpgsqlCommand($"SET LOCAL lock_timeout = '10s'; {locked}", connection, transaction))
                    await command.ExecuteNonQueryAsync();
                for (var held = System.Diagnostics.Stopwatch.StartNew(); held.Elapsed < TimeSpan.FromSeconds(5);)
                {
                    if (!await Waits())
                        continue;
                    await worker.Pause();
                    if (await Waits())
                        return true;
                    await worker.Resume();
                }
            }

            return false;
        }

        Task<bool> Waits() => Holds(
            "EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = 'frozen' AND wait_event_type = 'Lock')");
    }

    async Task<uint> Waiting()
    {
        await using var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync("order-fulfilment-deadlines");
    }

    async Task<bool> Holds(string condition) =>
        await _hosts.Store("orchestrator").Read(sql => sql.First($"SELECT {condition}", row => row.GetBoolean(0)));

    Task<int> Execute(string statement) => _hosts.Store("orchestrator").Write(sql => sql.Execute(statement));
}
