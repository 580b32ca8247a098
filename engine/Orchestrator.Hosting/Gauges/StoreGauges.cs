using System.Diagnostics.Metrics;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Gauges;

/// <summary>
/// Reads the gauges of unfinished sagas and dead letters from the store. All queries use small indexes, so finished sagas cost nothing.
/// </summary>
sealed class StoreGauges(Meter meter, IJournalStore store, IEnumerable<ISagaKind> kinds)
{
    const string Kind = "saga.kind", State = "saga.state", Step = "saga.step";

    const string UnfinishedSql =
        "SELECT kind, state, count(*), extract(epoch FROM now() - min(updated_at))::float8 FROM saga WHERE completed_at IS NULL GROUP BY "
        + "kind, state";

    const string OverdueSql =
        "SELECT kind, extract(epoch FROM now() - min(deadline))::float8 FROM saga WHERE kind = ANY(@kinds) AND deadline <= now() GROUP BY "
        + "kind";

    const string ToldInVainSql =
        "SELECT kind, count(*) FROM saga WHERE leases > 2 AND leased_version = version AND completed_at IS NULL GROUP BY kind";

    // A currency may be any three letters of a message, so only the most frequent currencies become time series.
    static readonly string MoneySql =
        $$"""
        SELECT kind, currency, sum(amount)::float8
        FROM (
            SELECT kind, data #>> '{suspended,moneyAtRisk,currency}' AS currency,
                   {{JsonNumber.At("data", "suspended.moneyAtRisk.amount", sqlite: false)}} AS amount
            FROM saga WHERE completed_at IS NULL AND state = 'Suspended') AS suspended
        WHERE amount IS NOT NULL AND currency IS NOT NULL
        GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 50
        """;

    const string DeadLettersSql = "SELECT source_queue, count(*) FROM dead_letter GROUP BY 1 ORDER BY 2 DESC LIMIT 100";

    const string SilentSql =
        "SELECT kind, step, count(*) FROM step_hold WHERE command IS NOT NULL AND released_at IS NULL GROUP BY kind, step";

    static readonly string[] States = [nameof(Lifecycle.Running), nameof(Lifecycle.Compensating), nameof(Lifecycle.Suspended)];

    readonly string[] _kinds = [.. kinds.Select(kind => kind.Name)];
    readonly (string Kind, string Step)[] _steps =
    [
        .. kinds.SelectMany(kind => kind.Circuits.Select(circuit => (kind.Name, circuit.Step))).Distinct(),
    ];
    readonly Gauge _instances = new(meter, "orchestrator.saga.instances", "{saga}", "Unfinished sagas, by state");
    readonly Gauge _oldest = new(
        meter, "orchestrator.saga.oldest_wait", "s", "The longest time since the last transition of an unfinished saga, by state");
    readonly Gauge _overdue = new(
        meter, "orchestrator.deadline.overdue", "s", "The time since the oldest passed deadline on which no saga has acted");
    readonly Gauge _inVain = new(
        meter, "orchestrator.deadline.told_in_vain", "{saga}",
        "Sagas that were told of their deadline three times or more without a transition");
    readonly Gauge _silent = new(
        meter, "orchestrator.step.silent", "{command}",
        "Commands and undos of a step that the engine holds because no saga gets an answer");
    readonly Gauge _money = new(meter, "orchestrator.money_at_risk", "", "Money that suspended sagas may hold, by currency");
    readonly Gauge _letters = new(
        meter, "orchestrator.dead_letters", "{message}", "Dead letters in the store, by the queue that they were for");

    /// <summary>Reads all gauges.</summary>
    public async Task Read(CancellationToken cancellationToken)
    {
        var (sagas, overdue, inVain, silent, money, letters) = await store.Database.Read(
            async sql => (
                await sql.Query(
                    UnfinishedSql, row =>
                        (Kind: row.GetString(0), State: row.GetString(1), Count: row.GetInt64(2), Wait: row.GetDouble(3))),
                await sql.Query(OverdueSql, row => (Kind: row.GetString(0), By: row.GetDouble(1)), ("kinds", _kinds)),
                await sql.Query(ToldInVainSql, row => (Kind: row.GetString(0), Count: row.GetInt64(1))),
                await sql.Query(SilentSql, row => (Kind: row.GetString(0), Step: row.GetString(1), Count: row.GetInt64(2))),
                await sql.Query(MoneySql, row => (Kind: row.GetString(0), Currency: row.GetString(1), Amount: row.GetDouble(2))),
                await sql.Query(DeadLettersSql, row => (Queue: row.GetString(0), Count: row.GetInt64(1)))),
            cancellationToken);
        var slots = from kind in _kinds from state in States select (kind, state);
        var known = sagas.ToDictionary(row => (row.Kind, row.State));
        _instances.Show(slots.Select(slot => Saga(known.GetValueOrDefault(slot).Count, slot)));
        _oldest.Show(slots.Select(slot => Saga(Math.Max(0, known.GetValueOrDefault(slot).Wait), slot)));
        _overdue.Show(_kinds.Select(kind => new Measurement<double>(overdue.FirstOrDefault(row => row.Kind == kind).By, Tag(Kind, kind))));
        _inVain.Show(_kinds.Select(kind => new Measurement<double>(inVain.FirstOrDefault(row => row.Kind == kind).Count, Tag(Kind, kind))));
        _silent.Show(_steps.Select(slot => new Measurement<double>(
            silent.FirstOrDefault(row => (row.Kind, row.Step) == slot).Count, Tag(Kind, slot.Kind), Tag(Step, slot.Step))));
        _money.Show(money.Select(row => new Measurement<double>(row.Amount, Tag(Kind, row.Kind), Tag("currency", row.Currency))));
        _letters.Show(letters.Select(row => new Measurement<double>(row.Count, Tag(Instrumentation.Destination, row.Queue))));
    }

    /// <summary>Clears the gauges, because their values are out of date.</summary>
    public void Clear()
    {
        foreach (var gauge in new[] { _instances, _oldest, _overdue, _inVain, _silent, _money, _letters })
            gauge.Clear();
    }

    static Measurement<double> Saga(double value, (string Kind, string State) slot) =>
        new(value, Tag(Kind, slot.Kind), Tag(State, slot.State));

    static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
