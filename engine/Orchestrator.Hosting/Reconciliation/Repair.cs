using Orchestrator.Journal;
using Orchestrator.MassTransit.Endpoints;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Sends the last messages of a finished saga again.</summary>
sealed class Repair(IJournalStore store, IEnumerable<ISagaKind> kinds, OutgoingPublisher publisher)
{
    /// <summary>Returns when the broker has taken the messages.</summary>
    /// <param name="kind">The name of the saga's kind.</param>
    /// <param name="sagaId">The saga.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The types of the messages.</returns>
    public async Task<IReadOnlyList<string>> Run(string kind, Guid sagaId, CancellationToken cancellationToken)
    {
        var sender = kinds.Single(one => one.Name == kind);
        var messages = await LastMessages.Of(store, sender, sagaId, cancellationToken);
        await publisher.Send(sender, messages, cancellationToken);
        return [.. messages.Select(message => message.MessageType)];
    }
}
