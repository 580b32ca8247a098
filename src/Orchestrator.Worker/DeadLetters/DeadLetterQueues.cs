using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.ServiceDefaults.Broker;

namespace Orchestrator.Worker.DeadLetters;

/// <summary>The queues in which dead letters arrive.</summary>
static class DeadLetterQueues
{
    /// <summary>
    /// Of each queue that a saga or a participant takes work from, MassTransit's two: what failed and what nobody handles;
    /// and the broker's one for all.
    /// </summary>
    public static IReadOnlyCollection<string> Of(IEnumerable<ISagaKind> kinds) =>
    [
        BrokerQueues.DeadLetters,
        .. kinds.SelectMany(kind => kind.SendsTo.Concat([SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name)]))
            .Concat([InventoryQueues.Events, OperatorQueues.Commands])
            .Distinct()
            .SelectMany(queue => new[] { $"{queue}_error", $"{queue}_skipped" }),
    ];
}
