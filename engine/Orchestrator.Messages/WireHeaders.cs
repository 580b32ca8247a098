namespace Orchestrator.Contracts;

/// <summary>The headers that every message carries beside the envelope's own ids.</summary>
public static class WireHeaders
{
    /// <summary>The id of the message that caused this one.</summary>
    public const string CausationId = "causation-id";

    /// <summary>The version of the message's schema (see <see cref="SchemaVersionAttribute"/>).</summary>
    public const string SchemaVersion = "schema-version";

    /// <summary>The party that sent the message: <c>orchestrator</c>, <c>payment</c>, …</summary>
    public const string Source = "source";

    /// <summary>Who gave the order for this message, when a person did.</summary>
    public const string Actor = "actor";

    /// <summary>The dead letter that an operator sent back as this message.</summary>
    public const string RedrivenFrom = "redriven-from";

    /// <summary>
    /// The exchange by which the message first came to its queue, kept when it waits or is set aside and comes again by another way. A
    /// sender's own header of this name means nothing.
    /// </summary>
    public const string OriginExchange = "origin-exchange";

    /// <summary>How often the message was deferred (see <see cref="DeferredMessageException"/>); apart from its failed attempts.</summary>
    public const string Deferrals = "deferrals";
}
