using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Sets stock aside for orders, gives it back, and lets it go.</summary>
/// <remarks>
/// Acts on one order follow one another, each in a transaction that it shares with acts on others: it locks the orders'
/// rows first, then the stock in SKU order, so that no two can block each other. A release that races its reservation finds
/// it or leaves a tombstone for it.
/// </remarks>
public sealed class Reservations : IDisposable
{
    readonly SharedTransactions<Claim, Reservation> _orders;

    /// <summary>Reservations in a database.</summary>
    public Reservations(Database database)
    {
        var table = new ReservationTable(database);
        _orders = new SharedTransactions<Claim, Reservation>(database, table.Load, table.Save, table.AreLocked);
    }

    /// <summary>The reason of a refusal to release what has left the house.</summary>
    public const string ShippedBefore = "its stock has been shipped and can't be released";

    /// <summary>Sets aside the units of every line, or of none.</summary>
    /// <returns>
    /// <see cref="StockReserved"/> or <see cref="StockRefused"/>; for an epoch that came before the same again, unless it was
    /// released since: a reservation does not come back to life.
    /// </returns>
    /// <exception cref="RejectedMessageException">The command breaks a rule: nothing is stored of it.</exception>
    public Task<IStepMessage> Reserve(ReserveStock command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command, LinesViolation(command.Lines));
        var wanted = Wanted(command.Lines);
        return _orders.Act<IStepMessage>(
            new Claim(command.OrderId, wanted.Keys),
            order =>
            {
                if (order.ReasonOf(command.Epoch) is { } reason)
                    return new StockRefused(command.OrderId, command.Epoch, reason);
                if (command.Epoch <= order.ReleasedEpoch)
                    return Refused(order, command, "released before it was reserved");
                if (order.Status is ReservationStatus.Reserved or ReservationStatus.Shipped)
                {
                    if (command.Epoch > order.Epoch)
                        order.Set(order.Status, command.Epoch);
                    return new StockReserved(command.OrderId, command.Epoch);
                }

                if (command.Epoch < order.Epoch)
                    return Refused(order, command, "overtaken by a later try");
                if (order.SetAside(wanted) is { } shortage)
                {
                    order.Set(ReservationStatus.Refused, command.Epoch);
                    return Refused(order, command, shortage);
                }

                order.Set(ReservationStatus.Reserved, command.Epoch);
                return new StockReserved(command.OrderId, command.Epoch);
            },
            cancellationToken);
    }

    /// <summary>Undo of <see cref="Reserve"/>: gives back what is set aside, and refuses a reservation that comes later.</summary>
    /// <remarks>It leaves alone what a later epoch has set aside: an old undo that comes again must not undo a new try.</remarks>
    /// <returns>
    /// <see cref="StockReleased"/>, or <see cref="StockReleaseRefused"/> when the units have been shipped. The refusal is not
    /// stored: what is stored at the time gives the answer, and the same refusal always has the same words.
    /// </returns>
    public Task<IStepMessage> Release(ReleaseStock command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command);
        return _orders.Act<IStepMessage>(
            new Claim(command.OrderId),
            order =>
            {
                if (command.Epoch >= order.Epoch && order.Status != ReservationStatus.Released)
                {
                    if (order.Status == ReservationStatus.Shipped)
                        return new StockReleaseRefused(command.OrderId, command.Epoch, ShippedBefore);
                    if (order.Status == ReservationStatus.Reserved)
                        order.GiveBack();
                    order.Set(ReservationStatus.Released, order.Epoch);
                }

                if (command.Epoch > order.ReleasedEpoch)
                    order.Bury(command.Epoch);
                return new StockReleased(command.OrderId, command.Epoch);
            },
            cancellationToken);
    }

    /// <summary>What was set aside for the order has gone to the customer; does nothing the second time.</summary>
    /// <exception cref="InventoryConflictException">Nothing is set aside for the order, which must not happen.</exception>
    public Task Ship(OrderFulfilled fulfilled, CancellationToken cancellationToken = default) =>
        _orders.Act(
            new Claim(fulfilled.OrderId),
            order =>
            {
                if (order.Status == ReservationStatus.Shipped)
                    return order.Status;
                if (order.Status != ReservationStatus.Reserved)
                    throw new InventoryConflictException(fulfilled.OrderId, "it was fulfilled, but no stock is set aside for it");

                order.LetGo();
                order.Set(ReservationStatus.Shipped, order.Epoch);
                return ReservationStatus.Shipped;
            },
            cancellationToken);

    /// <summary>Ends the waiting for a database that is away.</summary>
    public void Dispose() => _orders.Dispose();

    static string? LinesViolation(IReadOnlyList<StockLine>? lines) => lines is null or []
        ? "lines is missing or empty"
        : lines.Select((line, i) => line switch
        {
            null => $"lines[{i}] is missing",
            { Quantity: <= 0 } => $"lines[{i}].quantity is {line.Quantity}; at least 1 is wanted",
            _ => TextRules.Violation($"lines[{i}].sku", line.Sku),
        }).FirstOrDefault(violation => violation is not null);

    static SortedDictionary<string, long> Wanted(IEnumerable<StockLine> lines)
    {
        var wanted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (sku, quantity) in lines)
            wanted[sku] = wanted.GetValueOrDefault(sku) + quantity;
        return wanted;
    }

    static StockRefused Refused(Reservation order, ReserveStock command, string reason)
    {
        order.Refuse(command.Epoch, reason);
        return new StockRefused(command.OrderId, command.Epoch, reason);
    }
}
