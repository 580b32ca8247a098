using Orchestrator.Journal;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Sends again what a finished order said last.</summary>
sealed class Repair(IJournalStore store, SagaKind<Order> orders, OutgoingPublisher publisher)
{
    /// <summary>Returns when the broker has taken the messages.</summary>
    /// <returns>Their types.</returns>
    public async Task<IReadOnlyList<string>> Run(Guid orderId, CancellationToken cancellationToken)
    {
        var messages = await LastMessages.Of(store, orders, orderId, cancellationToken);
        await publisher.Send(orders, messages, cancellationToken);
        return [.. messages.Select(message => message.MessageType)];
    }
}
