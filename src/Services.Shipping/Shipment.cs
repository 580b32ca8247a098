using Orchestrator.Contracts.Orders;

namespace Orchestrator.Services.Shipping;

/// <summary>How one order stands with the carrier; for an order that is new, cancelled at epoch 0.</summary>
sealed class Shipment(Guid orderId)
{
    /// <summary>Why an epoch was refused; kept for good, so that whoever asks again gets the same words.</summary>
    public sealed record Refusal(Guid OrderId, int Epoch, string Reason);

    readonly List<Refusal> _refusals = [];

    public Guid OrderId => orderId;

    public ShipmentStatus Status { get; private set; } = ShipmentStatus.Cancelled;

    /// <summary>The highest that was tried.</summary>
    public int Epoch { get; private set; }

    /// <summary>No booking up to this epoch may succeed any more.</summary>
    public int CancelledEpoch { get; private set; }

    /// <summary>Of the last booking that succeeded.</summary>
    public string? ShipmentId { get; private set; }

    public string? Country { get; private set; }

    public string? PostalCode { get; private set; }

    public DateTimeOffset? BookedAt { get; private set; }

    public string? TrackingNumber { get; private set; }

    public DateTimeOffset? DispatchedAt { get; private set; }

    /// <summary>Whether it has a row.</summary>
    public bool IsStored { get; private set; }

    /// <summary>Whether its row is to be written.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Refusals that are to be written.</summary>
    public List<Refusal> NewRefusals { get; } = [];

    /// <summary>As it is stored.</summary>
    public static Shipment Stored(
        Guid orderId, ShipmentStatus status, int epoch, int cancelledEpoch, string? shipmentId, string? country, string? postalCode, DateTimeOffset? bookedAt,
        string? trackingNumber, DateTimeOffset? dispatchedAt) => new(orderId)
        {
            Status = status,
            Epoch = epoch,
            CancelledEpoch = cancelledEpoch,
            ShipmentId = shipmentId,
            Country = country,
            PostalCode = postalCode,
            BookedAt = bookedAt,
            TrackingNumber = trackingNumber,
            DispatchedAt = dispatchedAt,
            IsStored = true,
        };

    /// <summary>Adds a refusal that is stored.</summary>
    public void WasRefused(Refusal refusal) => _refusals.Add(refusal);

    /// <summary>Why this epoch was refused, or null when it was not.</summary>
    public string? ReasonOf(int epoch) => _refusals.Find(refusal => refusal.Epoch == epoch)?.Reason;

    /// <summary>Keeps the reason for whoever asks for this epoch again.</summary>
    public void Refuse(int epoch, string reason)
    {
        // The refusal's row refers to the order's.
        IsChanged |= !IsStored;
        NewRefusals.Add(new Refusal(orderId, epoch, reason));
    }

    /// <summary>How the order stands now.</summary>
    public void Set(ShipmentStatus status, int epoch) => (Status, Epoch, IsChanged) = (status, epoch, true);

    /// <summary>No booking up to this epoch may succeed any more.</summary>
    public void Bury(int epoch) => (CancelledEpoch, IsChanged) = (epoch, true);

    /// <summary>The carrier has a place.</summary>
    public void Book(int epoch, string shipmentId, ShipTo shipTo, DateTimeOffset now)
    {
        Set(ShipmentStatus.Booked, epoch);
        (ShipmentId, Country, PostalCode, BookedAt) = (shipmentId, shipTo.Country, shipTo.PostalCode, now);
    }

    /// <summary>The carrier has the goods.</summary>
    public void Dispatch(string trackingNumber, DateTimeOffset now)
    {
        Set(ShipmentStatus.Dispatched, Epoch);
        (TrackingNumber, DispatchedAt) = (trackingNumber, now);
    }
}
