using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>Sends what a saga's transition recorded: the transport's side of the dispatcher.</summary>
public interface IOutgoingSender
{
    /// <summary>Sends all messages, under the ids that the journal recorded; returns when the transport has taken each.</summary>
    /// <param name="kind">The kind of saga that sends.</param>
    /// <param name="outgoing">Empty when nothing is to be sent.</param>
    /// <param name="cancellationToken">Ends the attempts. The message that caused these is then not acknowledged, and comes again.</param>
    /// <param name="traceParent">The span that they belong to, when it is not the present one.</param>
    /// <exception cref="DeferredMessageException">A receiver takes nothing although the transport works.</exception>
    Task Send(ISagaKind kind, IReadOnlyList<OutgoingEnvelope> outgoing, CancellationToken cancellationToken, string? traceParent = null);
}
