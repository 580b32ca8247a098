using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A message that came for a saga.</summary>
/// <param name="Kind">The kind of saga that it is for.</param>
/// <param name="Message">The message, as this version understands it.</param>
/// <param name="Envelope">The message as it came, and as the journal keeps it.</param>
/// <param name="Cause">Who and what is behind it.</param>
/// <param name="IsRedelivery">
/// Whether this very message may have been handled before without having been acknowledged, so that what it caused may never have been
/// sent. Another copy of it is no redelivery: if copies sent too, they would multiply from hop to hop.
/// </param>
public sealed record Delivery(ISagaKind Kind, ISagaMessage Message, Envelope Envelope, Cause Cause, bool IsRedelivery)
{
    /// <summary>The saga.</summary>
    public Guid SagaId => Message.SagaId;
}
