using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>Books places with the carrier, cancels them, and dispatches the goods.</summary>
/// <remarks>
/// Acts on one order follow one another, each in a transaction that it shares with acts on others. So a cancellation that
/// races its booking finds it or leaves a tombstone for it.
/// </remarks>
public sealed class Shipments : IDisposable
{
    readonly Database _database;
    readonly ShippingOptions _options;
    readonly SharedTransactions<Guid, Shipment> _orders;

    /// <summary>Shipments in a database.</summary>
    public Shipments(Database database, ShippingOptions options)
    {
        (_database, _options) = (database, options);
        var table = new ShipmentTable(database);
        _orders = new SharedTransactions<Guid, Shipment>(database, table.Load, table.Save, ShipmentTable.AreLocked);
    }

    /// <summary>The reason of a refusal to cancel what the carrier has.</summary>
    public const string DispatchedBefore = "its shipment has been dispatched and can't be cancelled";

    /// <summary>Books a place, unless the country is not delivered to.</summary>
    /// <returns>
    /// <see cref="ShipmentBooked"/> or <see cref="ShipmentRefused"/>; for an epoch that came before the same again, unless it
    /// was cancelled since: a booking does not come back to life.
    /// </returns>
    /// <exception cref="RejectedMessageException">The command breaks a rule: nothing is stored of it.</exception>
    public Task<IStepMessage> Book(BookShipment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command, Violation(command.ShipTo));
        return _orders.Act<IStepMessage>(
            command.OrderId,
            order =>
            {
                if (order.ReasonOf(command.Epoch) is { } reason)
                    return new ShipmentRefused(command.OrderId, command.Epoch, reason);
                if (command.Epoch <= order.CancelledEpoch)
                    return Refused(order, command, "cancelled before it was booked");
                if (order.Status is ShipmentStatus.Booked or ShipmentStatus.Dispatched)
                {
                    if (command.Epoch > order.Epoch)
                        order.Set(order.Status, command.Epoch);
                    return new ShipmentBooked(command.OrderId, command.Epoch, order.ShipmentId!);
                }

                if (command.Epoch < order.Epoch)
                    return Refused(order, command, "overtaken by a later try");
                if (!_options.DeliversTo(command.ShipTo.Country))
                {
                    order.Set(ShipmentStatus.Refused, command.Epoch);
                    return Refused(order, command, $"no delivery to {command.ShipTo.Country.Trim()}");
                }

                var shipmentId = ShipmentId(command);
                order.Book(command.Epoch, shipmentId, command.ShipTo, _database.Time.GetUtcNow());
                return new ShipmentBooked(command.OrderId, command.Epoch, shipmentId);
            },
            cancellationToken);
    }

    /// <summary>Undo of <see cref="Book"/>: gives the place back, and refuses a booking that comes later.</summary>
    /// <remarks>It leaves alone what a later epoch has booked: an old undo that comes again must not undo a new try.</remarks>
    /// <returns>
    /// <see cref="ShipmentCancelled"/>, or <see cref="ShipmentCancellationRefused"/> when the carrier has the goods. The refusal
    /// is not stored: what is stored at the time gives the answer, and the same refusal always has the same words.
    /// </returns>
    public Task<IStepMessage> Cancel(CancelShipment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command);
        return _orders.Act<IStepMessage>(
            command.OrderId,
            order =>
            {
                if (command.Epoch >= order.Epoch && order.Status != ShipmentStatus.Cancelled)
                {
                    if (order.Status == ShipmentStatus.Dispatched)
                        return new ShipmentCancellationRefused(command.OrderId, command.Epoch, DispatchedBefore);
                    order.Set(ShipmentStatus.Cancelled, order.Epoch);
                }

                if (command.Epoch > order.CancelledEpoch)
                    order.Bury(command.Epoch);
                return new ShipmentCancelled(command.OrderId, command.Epoch);
            },
            cancellationToken);
    }

    /// <summary>Hands the booked goods to the carrier; the second time it gives the same tracking number.</summary>
    /// <exception cref="ShippingConflictException">Nothing is booked for the order, which must not happen.</exception>
    public Task<IStepMessage> Dispatch(DispatchShipment command, CancellationToken cancellationToken = default)
    {
        CommandRules.Check(command);
        return _orders.Act<IStepMessage>(
            command.OrderId,
            order =>
            {
                if (order.Status is not (ShipmentStatus.Booked or ShipmentStatus.Dispatched))
                    throw new ShippingConflictException(command.OrderId, "it has no booked shipment to dispatch");

                var trackingNumber = TrackingNumber(order.ShipmentId!);
                if (order.Status == ShipmentStatus.Booked)
                    order.Dispatch(trackingNumber, _database.Time.GetUtcNow());
                return new ShipmentDispatched(command.OrderId, command.Epoch, trackingNumber);
            },
            cancellationToken);
    }

    /// <summary>Ends the waiting for a database that is away.</summary>
    public void Dispose() => _orders.Dispose();

    static string? Violation(ShipTo? shipTo) => shipTo is null
        ? "shipTo is missing"
        : TextRules.Violation("shipTo.country", shipTo.Country)
          ?? (string.IsNullOrWhiteSpace(shipTo.PostalCode) ? null : TextRules.Violation("shipTo.postalCode", shipTo.PostalCode));

    static ShipmentRefused Refused(Shipment order, BookShipment command, string reason)
    {
        order.Refuse(command.Epoch, reason);
        return new ShipmentRefused(command.OrderId, command.Epoch, reason);
    }

    static string ShipmentId(BookShipment command) =>
        DerivedId.From("shipment", command.OrderId.ToString(), command.Epoch.ToString(CultureInfo.InvariantCulture)).ToString();

    static string TrackingNumber(string shipmentId) => DerivedId.From("tracking", shipmentId).ToString("N").ToUpperInvariant();
}
