using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;

namespace Orchestrator.Worker;

/// <summary>The queues that work is taken from, by whichever host.</summary>
public static class WorkQueues
{
    /// <summary>The queues that the sagas, their operators and their participants take work from.</summary>
    public static IReadOnlyCollection<string> Of(IEnumerable<ISagaKind> kinds) =>
    [
        .. kinds.SelectMany(kind => kind.SendsTo.Concat([SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name)]))
            .Concat([InventoryQueues.Events, OperatorQueues.Commands])
            .Distinct(),
    ];
}
