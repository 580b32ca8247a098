namespace Orchestrator.Engine;

/// <summary>What may be done about a step once it has been sent.</summary>
public enum StepKind
{
    /// <summary>It can be undone.</summary>
    Compensatable,

    /// <summary>The last point at which business may refuse. At most one in a saga.</summary>
    Pivot,

    /// <summary>
    /// After the pivot: it is repeated until it succeeds, and has no undo. If it can be refused, a refusal suspends the saga, and an
    /// operator lets it be tried again under a new idempotency key.
    /// </summary>
    Retriable,

    /// <summary>Nothing is sent: an event from outside is awaited. There is nothing to undo.</summary>
    External,
}
