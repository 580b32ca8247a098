using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>Books places with the carrier, cancels them, and dispatches the goods.</summary>
public sealed class Shipments : Participant<Shipment>
{
    /// <summary>The reason of a refusal to cancel a dispatched shipment.</summary>
    public const string DispatchedBefore = "its shipment has been dispatched and can't be cancelled";

    readonly ShippingOptions _options;

    /// <summary>Shipments that are stored in a database.</summary>
    public Shipments(Database database, ShippingOptions options) : base(database, new EpochTable<Shipment>(
        "shipping_shipment", new Shipment(), "order_id", nameof(BookShipment), shipment =>
            shipment.IsBooked, "cancelled_epoch", "shipping_refusal"))
    {
        _options = options;
        Does<BookShipment>(
                Book, (act, shipment) => new ShipmentBooked(act.SagaId, act.Epoch, shipment.ShipmentId!), act =>
                    new ShipmentRefused(act.SagaId, act.Epoch, act.Said!))
            .Requires(command => Violation(command.ShipTo))
            .UndoneBy<CancelShipment>(
                Cancel, act => new ShipmentCancelled(act.SagaId, act.Epoch), "cancelled before it was booked",
                act => new ShipmentCancellationRefused(act.SagaId, act.Epoch, act.Said!));
        Does<DispatchShipment>(Dispatch, (act, shipment) => new ShipmentDispatched(act.SagaId, act.Epoch, shipment.TrackingNumber!));
    }

    // A later epoch takes over the place that is booked already.
    Outcome<Shipment> Book(Shipment shipment, BookShipment command, DateTimeOffset now) =>
        shipment.IsBooked ? Done(shipment)
        : !_options.DeliversTo(command.ShipTo.Country)
        ? Refused($"no delivery to {command.ShipTo.Country.Trim()}", shipment with { Status = ShipmentStatus.Refused })
        : Done(shipment with
        {
            Status = ShipmentStatus.Booked,
            ShipmentId = ShipmentId(command),
            Country = command.ShipTo.Country,
            PostalCode = command.ShipTo.PostalCode,
            BookedAt = now,
        });

    static Outcome<Shipment> Cancel(Shipment shipment, CancelShipment command) => shipment.Status == ShipmentStatus.Dispatched
        ? Refused(DispatchedBefore)
        : Done(shipment with { Status = ShipmentStatus.Cancelled });

    static Outcome<Shipment> Dispatch(Shipment shipment, DispatchShipment command, DateTimeOffset now) => shipment.Status switch
    {
        ShipmentStatus.Dispatched => Done(shipment),
        ShipmentStatus.Booked => Done(shipment with
        {
            Status = ShipmentStatus.Dispatched,
            TrackingNumber = DerivedId.From("tracking", shipment.ShipmentId!).ToString("N").ToUpperInvariant(),
            DispatchedAt = now,
        }),
        _ => throw new ShippingConflictException(command.OrderId, "it has no booked shipment to dispatch"),
    };

    static string? Violation(ShipTo? shipTo) => shipTo is null
        ? "shipTo is missing"
        : TextRules.Violation("shipTo.country", shipTo.Country)
          ?? (string.IsNullOrWhiteSpace(shipTo.PostalCode) ? null : TextRules.Violation("shipTo.postalCode", shipTo.PostalCode));

    static string ShipmentId(BookShipment command) =>
        DerivedId.From("shipment", command.OrderId.ToString(), command.Epoch.ToString(CultureInfo.InvariantCulture)).ToString();
}
