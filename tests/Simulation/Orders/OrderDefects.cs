namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>Deliberate mistakes in the order saga and its participants.</summary>
static class OrderDefects
{
    /// <summary>Stock is reserved although it was released before.</summary>
    public const string IgnoreTombstones = "ignore-tombstones";

    /// <summary>Stock is not shipped when its order is fulfilled.</summary>
    public const string IgnoreTheEnd = "ignore-the-end";

    /// <summary>The gateway gets another key in each call.</summary>
    public const string NewKeyForEachTry = "new-key-for-each-try";

    /// <summary>A void is recorded in our books, but not sent to the gateway.</summary>
    public const string VoidOnlyOurBooks = "void-only-our-books";

    /// <summary>The cancellation of a shipment that was never booked leaves no tombstone.</summary>
    public const string ForgetTheCancelledShipment = "forget-the-cancelled-shipment";

    /// <summary>The saga accepts any amount in an outcome.</summary>
    public const string BelieveTheAmount = "believe-the-amount";

    /// <summary>The names of the defects.</summary>
    public static IReadOnlyList<string> All { get; } =
        [IgnoreTombstones, IgnoreTheEnd, NewKeyForEachTry, VoidOnlyOurBooks, ForgetTheCancelledShipment, BelieveTheAmount];
}
