namespace Orchestrator.Contracts;

/// <summary>The headers that every message carries beside the envelope's own ids.</summary>
public static class WireHeaders
{
    /// <summary>The id of the message that caused this one.</summary>
    public const string CausationId = "causation-id";

    /// <summary>The version of the message's schema (see <see cref="SchemaVersionAttribute"/>).</summary>
    public const string SchemaVersion = "schema-version";

    /// <summary>The party that sent the message: <c>orchestrator</c>, <c>bank</c>, …</summary>
    public const string Source = "source";

    /// <summary>The person who gave the command for this message; absent when no person did.</summary>
    public const string Actor = "actor";

    /// <summary>The dead letter that an operator sent back as this message.</summary>
    public const string RedrivenFrom = "redriven-from";

    /// <summary>
    /// The exchange through which the message first came to its queue. It is kept when the message waits or is set aside, and comes again
    /// through another exchange. A header of this name that a sender sets has no effect.
    /// </summary>
    public const string OriginExchange = "origin-exchange";

    /// <summary>How often the message was deferred (see <see cref="DeferredMessageException"/>), without its failed attempts.</summary>
    public const string Deferrals = "deferrals";
}
