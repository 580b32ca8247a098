namespace Orchestrator.Contracts.Operations;

/// <summary>The queues that operators send to.</summary>
public static class OperatorQueues
{
    /// <summary>
    /// Commands that concern all sagas of a kind. Those that concern one saga go to the saga's own queue, which has the name of its kind.
    /// </summary>
    public const string Commands = "orchestrator-commands";
}
