using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>The databases of the parties, and questions to them about some orders. The parties may share one database.</summary>
/// <remarks>Each question reads the tables of one party. The caller limits the orders to a number that fits into one statement.</remarks>
/// <param name="Orchestrator">The sagas and their journal.</param>
/// <param name="Inventory">Stock and reservations.</param>
/// <param name="Payment">The ledger.</param>
public sealed record PartyDatabases(Database Orchestrator, Database Inventory, Database Payment)
{
    /// <summary>The digests of the given orders that the journal knows.</summary>
    public Task<List<(Guid OrderId, string Digest)>> Journalled(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT saga_id, event FROM journal WHERE kind = 'order-fulfilment' AND seq = 1 AND {Orchestrator.Among("saga_id", "ids")}",
        row => (row.GetGuid(0), Submission.FromJournal(row.GetString(1)).Digest),
        orderIds,
        cancellationToken);

    /// <summary>The states of the given orders that the journal knows.</summary>
    public Task<List<(Guid OrderId, string State)>> States(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT id, state FROM order_fulfilment WHERE {Orchestrator.Among("id", "ids")}",
        row => (row.GetGuid(0), row.GetString(1)),
        orderIds,
        cancellationToken);

    /// <summary>The outcomes of the given orders that the journal knows.</summary>
    public Task<List<OrderOutcome>> Outcomes(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT id, order_number, state, refused_step, refused_reason, suspended_reason, created_at, completed_at FROM order_fulfilment "
        + $"WHERE {Orchestrator.Among("id", "ids")}",
        OrderOutcome.Read,
        orderIds,
        cancellationToken);

    /// <summary>The given orders for which stock is reserved.</summary>
    public Task<List<Guid>> HoldingStock(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Inventory,
        $"SELECT order_id FROM inventory_reservation WHERE status = 'Reserved' AND {Inventory.Among("order_id", "ids")}",
        row => row.GetGuid(0),
        orderIds,
        cancellationToken);

    /// <summary>The captured and voided amounts of the given orders, in minor units.</summary>
    /// <remarks>It does not use payment_summary: SQLite would compute the whole view for each question.</remarks>
    public Task<List<(string Operation, string Currency, long Minor)>> Payments(Guid[] orderIds, CancellationToken cancellationToken) =>
        Ask(
        Payment,
        $"SELECT operation, currency, amount_minor FROM payment_posting WHERE operation IN ('capture', 'void') AND "
        + $"{Payment.Among("order_id", "ids")}",
        row => (row.GetString(0), row.GetString(1), row.GetInt64(2)),
        orderIds,
        cancellationToken);

    static async Task<List<T>> Ask<T>(
        Database party, string sql, Func<DbDataReader, T> map, Guid[] orderIds, CancellationToken cancellationToken) =>
        orderIds.Length == 0 ? [] : await party.Read(reading => reading.Query(sql, map, ("ids", orderIds)), cancellationToken);
}
