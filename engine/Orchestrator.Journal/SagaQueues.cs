namespace Orchestrator.Journal;

/// <summary>The names of a saga's queues.</summary>
public static class SagaQueues
{
    /// <summary>Where the outcomes of its commands wait, and everything else that moves an instance.</summary>
    public static string Outcomes(string kind) => kind;

    /// <summary>Where <c>DeadlineReached</c> waits: a crowd of them must not stand in the way of the outcomes.</summary>
    public static string Deadlines(string kind) => $"{kind}-deadlines";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All(string kind) => [Outcomes(kind), Intake(kind), Deadlines(kind)];

    /// <summary>Where the events wait that start an instance.</summary>
    public static string Intake(string kind) => $"{kind}-intake";
}
