using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A message that came for a saga.</summary>
/// <param name="Kind">The kind of saga that it is for.</param>
/// <param name="Message">The message, as this version understands it.</param>
/// <param name="Envelope">The message as it came, and as the journal keeps it.</param>
/// <param name="Cause">The person and the trace that it comes from.</param>
/// <param name="IsRedelivery">
/// True when this message may have been handled before without being acknowledged. The messages that it caused may never have been sent, so
/// they are sent again. A copy of the message is no redelivery: if copies sent too, messages would multiply at every service.
/// </param>
public sealed record Delivery(ISagaKind Kind, ISagaMessage Message, Envelope Envelope, Cause Cause, bool IsRedelivery)
{
    /// <summary>The saga.</summary>
    public Guid SagaId => Message.SagaId;
}
