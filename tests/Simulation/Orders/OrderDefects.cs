namespace Orchestrator.Tests.Simulation.Orders;

/// <summary>Deliberate mistakes of the order saga and its participants.</summary>
static class OrderDefects
{
    /// <summary>Stock is reserved although it was released before.</summary>
    public const string IgnoreTombstones = "ignore-tombstones";

    /// <summary>Stock is not let go of when its order is fulfilled.</summary>
    public const string IgnoreTheEnd = "ignore-the-end";

    /// <summary>The gateway is asked under another key each time.</summary>
    public const string NewKeyForEachTry = "new-key-for-each-try";

    /// <summary>A void is noted in our books and not made at the gateway.</summary>
    public const string VoidOnlyOurBooks = "void-only-our-books";

    /// <summary>A shipment that was never booked is not noted as cancelled.</summary>
    public const string ForgetTheCancelledShipment = "forget-the-cancelled-shipment";

    /// <summary>Whatever amount an outcome says is believed.</summary>
    public const string BelieveTheAmount = "believe-the-amount";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> All { get; } =
        [IgnoreTombstones, IgnoreTheEnd, NewKeyForEachTry, VoidOnlyOurBooks, ForgetTheCancelledShipment, BelieveTheAmount];
}
