using System.Data.Common;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Journal;
using Orchestrator.Local.Reporting;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>The orders of one file, kept aside on disk for the run, and what became of them.</summary>
public sealed class FileOrders : IAsyncDisposable
{
    const string Kind = "order-fulfilment";

    readonly Database _database;
    readonly DbConnection _connection;

    FileOrders(Database database, DbConnection connection) => (_database, _connection) = (database, connection);

    /// <summary>Begins a file. Its list is a temporary table, which dies with the process.</summary>
    public static async Task<FileOrders> Open(Database database, CancellationToken cancellationToken)
    {
        var file = new FileOrders(database, await database.Open(cancellationToken));
        await file.Ask(sql => sql.Execute("CREATE TEMPORARY TABLE IF NOT EXISTS file_order (order_id TEXT COLLATE NOCASE NOT NULL PRIMARY KEY)"), cancellationToken);
        return file;
    }

    /// <summary>Adds accepted orders; those that stand in the file twice count once.</summary>
    public async Task Add(IEnumerable<Guid> orderIds, CancellationToken cancellationToken) =>
        await Ask(
            sql => sql.Execute("INSERT INTO file_order SELECT value FROM json_each(@ids) WHERE true ON CONFLICT DO NOTHING", ("ids", Ids(orderIds))),
            cancellationToken);

    /// <summary>The canonical content of those orders that the journal knows.</summary>
    public async Task<IReadOnlyList<(Guid OrderId, byte[] Content)>> Journalled(IEnumerable<Guid> orderIds, CancellationToken cancellationToken) =>
        await Ask(
            sql => sql.Query(
                $"""
                 SELECT j.saga_id, j.event FROM json_each(@ids) i
                 JOIN journal j ON j.kind = '{Kind}' AND j.saga_id = i.value AND j.seq = 1
                 """,
                row => (row.GetGuid(0), Content(row.GetString(1))),
                ("ids", Ids(orderIds))),
            cancellationToken);

    /// <summary>Whether an order of the file is under way, or any holds stock that its end should have settled.</summary>
    /// <param name="stuck">Orders that are not waited for.</param>
    /// <param name="cancellationToken">Ends the waiting for the database.</param>
    public Task<bool> Unsettled(IEnumerable<Guid> stuck, CancellationToken cancellationToken) => Ask(
        sql => sql.First(
            $"""
             WITH stuck AS MATERIALIZED (SELECT value AS id FROM json_each(@stuck))
             SELECT EXISTS (
                     SELECT 1 FROM file_order f LEFT JOIN saga s ON s.kind = '{Kind}' AND s.id = f.order_id
                     WHERE (s.id IS NULL OR s.state NOT IN ('Completed', 'Cancelled', 'Suspended')) AND f.order_id NOT IN (SELECT id FROM stuck))
                 OR EXISTS (
                     SELECT 1 FROM inventory_reservation r JOIN saga s ON s.kind = '{Kind}' AND s.id = r.order_id
                     WHERE r.status = 'Reserved' AND s.completed_at IS NOT NULL AND r.order_id NOT IN (SELECT id FROM stuck))
             """,
            row => row.GetBoolean(0),
            ("stuck", Ids(stuck))),
        cancellationToken);

    /// <summary>What became of the file's orders, and what the inventory has now.</summary>
    public Task<RunSummary> Summary(long duplicates, long rejected, TimeSpan took, CancellationToken cancellationToken) =>
        Ask(sql => Summary(sql, duplicates, rejected, took), cancellationToken);

    static async Task<RunSummary> Summary(Sql sql, long duplicates, long rejected, TimeSpan took)
    {
        var states = (await sql.Query(
            $"SELECT s.state, count(*) FROM file_order f JOIN saga s ON s.kind = '{Kind}' AND s.id = f.order_id GROUP BY s.state",
            row => (State: row.GetString(0), Count: row.GetInt64(1)))).ToDictionary(row => row.State, row => row.Count);
        var money = await sql.Query(
            "SELECT p.currency, sum(p.captured_minor), sum(p.voided_minor) FROM file_order f JOIN payment_summary p ON p.order_id = f.order_id GROUP BY p.currency",
            row => (Currency: row.GetString(0), Captured: row.GetInt64(1), Voided: row.GetInt64(2)));
        var (shipped, onHand, reserved) = await sql.First(
            "SELECT coalesce(sum(shipped), 0), coalesce(sum(on_hand), 0), coalesce(sum(reserved), 0) FROM inventory_stock",
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        return new RunSummary(
            states.Values.Sum(),
            states.GetValueOrDefault("Completed"),
            states.GetValueOrDefault("Cancelled"),
            states.GetValueOrDefault("Suspended"),
            duplicates,
            rejected,
            Amounts(money.Select(row => (row.Currency, row.Captured))),
            Amounts(money.Select(row => (row.Currency, row.Voided))),
            shipped,
            onHand,
            reserved,
            took.TotalSeconds)
        {
            CancelledByReason = (await sql.Query(
                $"""
                 SELECT (s.data ->> '$.refused.step') || ': ' || (s.data ->> '$.refused.reason') AS reason, count(*)
                 FROM file_order f JOIN saga s ON s.kind = '{Kind}' AND s.id = f.order_id
                 WHERE s.state = 'Cancelled' GROUP BY reason
                 """,
                row => (Reason: row.GetString(0), Count: row.GetInt64(1)))).ToDictionary(row => row.Reason, row => row.Count),
            SlowestOrder = await sql.First(
                $"""
                 SELECT s.business_key, s.id, (julianday(s.completed_at) - julianday(s.created_at)) * 86400 AS seconds
                 FROM file_order f JOIN saga s ON s.kind = '{Kind}' AND s.id = f.order_id
                 WHERE s.completed_at IS NOT NULL ORDER BY seconds DESC LIMIT 1
                 """,
                row => new SlowestOrder(row.GetString(0), row.GetGuid(1), TimeSpan.FromSeconds(row.GetDouble(2)))),
        };
    }

    /// <summary>Forgets the list: the connection goes back to its pool.</summary>
    public async ValueTask DisposeAsync()
    {
        await Ask(sql => sql.Execute("DROP TABLE file_order"), CancellationToken.None);
        await _connection.DisposeAsync();
    }

    Task<T> Ask<T>(Func<Sql, Task<T>> question, CancellationToken cancellationToken) => _database.UntilItAnswers(
        () => question(new Sql(_connection, null, _database.Dialect, cancellationToken)), _database.IsTransient, cancellationToken);

    static string Ids(IEnumerable<Guid> orderIds) => JsonSerializer.Serialize(orderIds);

    static byte[] Content(string journalledEvent) => JsonSerializer.SerializeToUtf8Bytes(
        Envelope.FromJson(journalledEvent).Message.Deserialize<OrderSubmitted>(WireJson.Options), WireJson.Options);

    static Dictionary<string, decimal> Amounts(IEnumerable<(string Currency, long Minor)> amounts) => amounts
        .Where(amount => amount.Minor != 0)
        .ToDictionary(amount => amount.Currency, amount => Money.FromMinorUnits(amount.Minor, amount.Currency).Amount);
}
