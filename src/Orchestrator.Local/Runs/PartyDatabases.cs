using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>Where the parties keep their state, one database for all or one for each, and what they answer about some orders.</summary>
/// <remarks>Each question is about the tables of one party, and for as many orders as a statement may well name.</remarks>
/// <param name="Orchestrator">The sagas and their journal.</param>
/// <param name="Inventory">Stock and reservations.</param>
/// <param name="Payment">The ledger.</param>
public sealed record PartyDatabases(Database Orchestrator, Database Inventory, Database Payment)
{
    /// <summary>The submissions of those orders that the journal knows, as their digests.</summary>
    public Task<List<(Guid OrderId, string Digest)>> Journalled(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT saga_id, event FROM journal WHERE kind = 'order-fulfilment' AND seq = 1 AND {Orchestrator.Among("saga_id", "ids")}",
        row => (row.GetGuid(0), Submission.FromJournal(row.GetString(1)).Digest),
        orderIds,
        cancellationToken);

    /// <summary>The states of those orders that the journal knows.</summary>
    public Task<List<(Guid OrderId, string State)>> States(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT id, state FROM order_fulfilment WHERE {Orchestrator.Among("id", "ids")}",
        row => (row.GetGuid(0), row.GetString(1)),
        orderIds,
        cancellationToken);

    /// <summary>What became of those orders that the journal knows.</summary>
    public Task<List<OrderOutcome>> Outcomes(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Orchestrator,
        $"SELECT id, order_number, state, refused_step, refused_reason, suspended_reason, created_at, completed_at FROM order_fulfilment "
        + $"WHERE {Orchestrator.Among("id", "ids")}",
        OrderOutcome.Read,
        orderIds,
        cancellationToken);

    /// <summary>Those orders for which stock is set aside.</summary>
    public Task<List<Guid>> HoldingStock(Guid[] orderIds, CancellationToken cancellationToken) => Ask(
        Inventory,
        $"SELECT order_id FROM inventory_reservation WHERE status = 'Reserved' AND {Inventory.Among("order_id", "ids")}",
        row => row.GetGuid(0),
        orderIds,
        cancellationToken);

    /// <summary>What was captured and voided of those orders, in minor units.</summary>
    /// <remarks>Not payment_summary: SQLite would make the whole view for each question.</remarks>
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
