namespace Orchestrator.Journal;

/// <summary>The names of a saga's queues.</summary>
public static class SagaQueues
{
    /// <summary>The queue of the outcomes of its commands, and of everything else that moves a saga.</summary>
    public static string Outcomes(string kind) => kind;

    /// <summary>The queue of <c>DeadlineReached</c>. It is separate, so that many deadlines do not delay outcomes.</summary>
    public static string Deadlines(string kind) => $"{kind}-deadlines";

    /// <summary>All queues.</summary>
    public static IReadOnlyList<string> All(string kind) => [Outcomes(kind), Intake(kind), Deadlines(kind)];

    /// <summary>The intake: the queue of the events that start sagas.</summary>
    public static string Intake(string kind) => $"{kind}-intake";
}
