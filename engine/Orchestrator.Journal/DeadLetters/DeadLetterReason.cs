namespace Orchestrator.Journal.DeadLetters;

/// <summary>The kinds of reasons for which messages are set aside: the column <c>reason_class</c>.</summary>
public static class DeadLetterReason
{
    /// <summary>Its sender may not send it.</summary>
    public const string Origin = "origin";

    /// <summary>It can't be accepted, however often it comes.</summary>
    public const string Rejected = "rejected";

    /// <summary>It could not be handled, and every try is used up.</summary>
    public const string Failed = "failed";

    /// <summary>The process that handled it ended again and again.</summary>
    public const string DeliveryLimit = "delivery-limit";

    /// <summary>The host has no handler for its type.</summary>
    public const string UnknownType = "unknown-type";

    /// <summary>The broker set it aside for a reason of its own.</summary>
    public const string Broker = "broker";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Origin, Rejected, Failed, DeliveryLimit, UnknownType, Broker];
}
