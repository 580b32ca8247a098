using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Sets stock aside for orders, gives it back, and lets it go.</summary>
/// <remarks>
/// Each act is one transaction that locks the order's row first, then the stock rows in SKU order, and moves units in a
/// later statement, which therefore sees what the locks waited for. So acts on one order follow one another, two orders
/// can't block each other, and a release that races its reservation finds it or leaves a tombstone for it.
/// </remarks>
public sealed class Reservations(Database database)
{
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
        return database.Write<IStepMessage>(
            async sql =>
            {
                var order = new ReservationRow(sql, database, command.OrderId);
                var (status, epoch, releasedEpoch) = await order.Lock();

                if (await order.Refusal(command.Epoch) is { } reason)
                    return new StockRefused(command.OrderId, command.Epoch, reason);
                if (command.Epoch <= releasedEpoch)
                    return await Refused(order, command, "released before it was reserved");
                if (status is ReservationStatus.Reserved or ReservationStatus.Shipped)
                {
                    if (command.Epoch > epoch)
                        await order.Set(status, command.Epoch);
                    return new StockReserved(command.OrderId, command.Epoch);
                }

                if (command.Epoch < epoch)
                    return await Refused(order, command, "overtaken by a later try");
                if (await order.SetAside(wanted) is { } shortage)
                {
                    await order.Set(ReservationStatus.Refused, command.Epoch);
                    return await Refused(order, command, shortage);
                }

                await order.Set(ReservationStatus.Reserved, command.Epoch);
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
        return database.Write<IStepMessage>(
            async sql =>
            {
                var order = new ReservationRow(sql, database, command.OrderId);
                var (status, epoch, releasedEpoch) = await order.Lock();

                if (command.Epoch >= epoch && status != ReservationStatus.Released)
                {
                    if (status == ReservationStatus.Shipped)
                        return new StockReleaseRefused(command.OrderId, command.Epoch, ShippedBefore);
                    if (status == ReservationStatus.Reserved)
                        await order.GiveBack();
                    await order.Set(ReservationStatus.Released, epoch);
                }

                if (command.Epoch > releasedEpoch)
                    await order.Bury(command.Epoch);
                return new StockReleased(command.OrderId, command.Epoch);
            },
            cancellationToken);
    }

    /// <summary>What was set aside for the order has gone to the customer; does nothing the second time.</summary>
    /// <exception cref="InventoryConflictException">Nothing is set aside for the order, which must not happen.</exception>
    public Task Ship(OrderFulfilled fulfilled, CancellationToken cancellationToken = default) =>
        database.Write(
            async sql =>
            {
                var order = new ReservationRow(sql, database, fulfilled.OrderId);
                var (status, epoch, _) = await order.Lock();
                if (status == ReservationStatus.Shipped)
                    return status;
                if (status != ReservationStatus.Reserved)
                    throw new InventoryConflictException(fulfilled.OrderId, "it was fulfilled, but no stock is set aside for it");

                await order.LetGo();
                await order.Set(ReservationStatus.Shipped, epoch);
                return ReservationStatus.Shipped;
            },
            cancellationToken);

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

    static async Task<StockRefused> Refused(ReservationRow order, ReserveStock command, string reason)
    {
        await order.Refuse(command.Epoch, reason);
        return new StockRefused(command.OrderId, command.Epoch, reason);
    }
}
