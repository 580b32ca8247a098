using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Reserves stock for orders, releases it, and ships it.</summary>
public sealed class Reservations : SharingParticipant<Reservation, Shelf>
{
    /// <summary>The reason of a refusal to release shipped stock.</summary>
    public const string ShippedBefore = "its stock has been shipped and can't be released";

    /// <summary>Reservations that are stored in a database.</summary>
    public Reservations(Database database)
        : base(database, new ReservationTable(), new SharedRows<Shelf>("inventory_stock", "sku", shelf => shelf.Sku))
    {
        Does<ReserveStock>(
                command => Wanted(command).Keys, Reserve, (act, _) => new StockReserved(act.SagaId, act.Epoch),
                act => new StockRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseStock>(
                Release, act => new StockReleased(act.SagaId, act.Epoch), "released before it was reserved",
                act => new StockReleaseRefused(act.SagaId, act.Epoch, act.Said!))
            .Requires(command => LinesViolation(command.Lines));
        Hears<OrderFulfilled>(InventoryQueues.Events, Ship);
    }

    /// <inheritdoc />
    protected override IEnumerable<string> KeysNeededBy(Reservation state) => state.Lines.Keys;

    // A later epoch takes over the units that are reserved already.
    static Outcome<Reservation> Reserve(Reservation reservation, ReserveStock command, IReadOnlyDictionary<string, Shelf> stock)
    {
        if (reservation.IsReserved)
            return Done(reservation);
        var wanted = Wanted(command);
        return Shortage(wanted, stock) is { } shortage
            ? Refused(shortage, reservation with { Status = ReservationStatus.Refused })
            : Done(reservation with
            {
                Status = ReservationStatus.Reserved,
                Lines = wanted.ToImmutableSortedDictionary(StringComparer.Ordinal)
            })
                .Changing(wanted.Select(line => stock[line.Key].SetAside(line.Value)));
    }

    static Outcome<Reservation> Release(Reservation reservation, ReleaseStock command, IReadOnlyDictionary<string, Shelf> stock) =>
        reservation.Status switch
        {
            ReservationStatus.Shipped => Refused(ShippedBefore),
            ReservationStatus.Reserved => Done(reservation with { Status = ReservationStatus.Released, Lines = Reservation.None.Lines })
                .Changing(Moved(command.OrderId, reservation, stock, "back to the shelf", (shelf, quantity) => shelf.GiveBack(quantity))),
            _ => Done(reservation with { Status = ReservationStatus.Released }),
        };

    static Outcome<Reservation> Ship(Reservation reservation, OrderFulfilled fulfilled, IReadOnlyDictionary<string, Shelf> stock) =>
        reservation.Status switch
        {
            ReservationStatus.Shipped => Done(reservation),
            ReservationStatus.Reserved => Done(reservation with { Status = ReservationStatus.Shipped })
                .Changing(Moved(fulfilled.OrderId, reservation, stock, "out of the house", (shelf, quantity) => shelf.LetGo(quantity))),
            _ => throw new InventoryConflictException(fulfilled.OrderId, "it was fulfilled, but no stock is set aside for it"),
        };

    /// <summary>A sentence about the first SKU, in ordinal order, that is unknown or short. Null if all SKUs have enough stock.</summary>
    static string? Shortage(SortedDictionary<string, long> wanted, IReadOnlyDictionary<string, Shelf> stock) => wanted
        .Select(line => stock.GetValueOrDefault(line.Key) switch
        {
            null => $"{line.Key} is unknown: {line.Value} wanted, 0 available",
            var shelf when shelf.OnHand < line.Value => $"{line.Key} is short: {line.Value} wanted, {shelf.OnHand} available",
            _ => null,
        })
        .FirstOrDefault(shortage => shortage is not null);

    static List<Shelf> Moved(
        Guid order, Reservation reservation, IReadOnlyDictionary<string, Shelf> stock, string where, Func<Shelf, long, Shelf> move) =>
    [
        .. reservation.Lines.Select(line => stock.GetValueOrDefault(line.Key) is { } shelf && shelf.Reserved >= line.Value
            ? move(shelf, line.Value)
            : throw new InventoryConflictException(
                order, $"{line.Value} of {line.Key} can't be moved {where}: {stock.GetValueOrDefault(line.Key)?.Reserved ?? 0} are set "
                    + $"aside for all orders")),
    ];

    static string? LinesViolation(IReadOnlyList<StockLine>? lines) => lines is null or []
        ? "lines is missing or empty"
        : lines.Select((line, i) => line switch
        {
            null => $"lines[{i}] is missing",
            { Quantity: <= 0 } => $"lines[{i}].quantity is {line.Quantity}; at least 1 is wanted",
            _ => TextRules.Violation($"lines[{i}].sku", line.Sku),
        }).FirstOrDefault(violation => violation is not null);

    static SortedDictionary<string, long> Wanted(ReserveStock command)
    {
        var wanted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (sku, quantity) in command.Lines)
            wanted[sku] = wanted.GetValueOrDefault(sku) + quantity;
        return wanted;
    }
}
