using Orchestrator.Contracts.Inventory;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Stores reservations and their lines as rows.</summary>
sealed class ReservationTable() : EpochTable<Reservation>(
    "inventory_reservation", Reservation.None, "order_id", nameof(ReserveStock), reservation =>
        reservation.IsReserved, "released_epoch", "inventory_refusal")
{
    static readonly JsonRows Lines = new(("order_id", "uuid"), ("sku", "text"), ("quantity", "bigint"));

    protected override async Task LoadActs(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<Reservation>> sagas)
    {
        await base.LoadActs(database, sql, sagas);
        // The lines of an order are not needed any more after its stock was shipped.
        if (sagas.Values.Where(saga => saga.State.Status == ReservationStatus.Reserved).Select(saga => saga.SagaId)
            .ToArray() is not { Length: > 0 } reserved)
            return;
        foreach (var order in (await sql.Query(
            $"SELECT order_id, sku, quantity FROM inventory_reservation_line WHERE {database.Among("order_id", "orders")}",
            row => (Id: row.GetGuid(0), Line: KeyValuePair.Create(row.GetString(1), row.GetInt64(2))), ("orders", reserved)))
            .ToLookup(row => row.Id, row => row.Line))
        {
            sagas[order.Key].WasStored(sagas[order.Key].State with { Lines = Reservation.None.Lines.AddRange(order) });
        }
    }

    protected override async Task SaveActs(Database database, Sql sql, IReadOnlyList<SagaRecord<Reservation>> sagas)
    {
        await base.SaveActs(database, sql, sagas);
        List<SagaRecord<Reservation>> changed = [.. sagas.Where(saga => saga.State.Lines != saga.Before.Lines)];
        if (changed.Where(saga => !saga.Before.Lines.IsEmpty).Select(saga => saga.SagaId).ToArray() is { Length: > 0 } without)
            await sql.Execute($"DELETE FROM inventory_reservation_line WHERE {database.Among("order_id", "orders")}", ("orders", without));
        if (changed.SelectMany(
            saga => saga.State.Lines.Select(line => new { OrderId = saga.SagaId, Sku = line.Key, Quantity = line.Value }))
            .ToList() is { Count: > 0 } lines)
        {
            await sql.Execute(
                $"INSERT INTO inventory_reservation_line (order_id, sku, quantity) SELECT order_id, sku, quantity FROM "
                + $"{Lines.Table(database.Dialect)}",
                JsonRows.Parameter(lines));
        }
    }
}
