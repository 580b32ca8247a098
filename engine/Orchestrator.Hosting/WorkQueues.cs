using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;

namespace Orchestrator.Hosting;

/// <summary>A queue from which a participant takes other work than commands of sagas. This is mostly events.</summary>
/// <param name="Queue">The queue.</param>
public sealed record WorkSource(string Queue)
{
    /// <summary>The events that the queue subscribes to, as far as the host was told.</summary>
    public IReadOnlyList<Type> Events { get; init; } = [];
}

/// <summary>The queues from which the hosts take work.</summary>
public static class WorkQueues
{
    /// <summary>The queues that the sagas, their operators and their participants take work from.</summary>
    /// <param name="kinds">The sagas.</param>
    /// <param name="others">Queues of participants to which no saga sends commands.</param>
    public static IReadOnlyCollection<string> Of(IEnumerable<ISagaKind> kinds, IEnumerable<WorkSource> others) =>
    [
        .. kinds.SelectMany(
            kind => kind.SendsTo.Concat([SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name)]))
            .Concat(others.Select(source => source.Queue))
            .Append(OperatorQueues.Commands)
            .Distinct(),
    ];
}
