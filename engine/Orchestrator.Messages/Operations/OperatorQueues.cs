namespace Orchestrator.Contracts.Operations;

/// <summary>The queues that operators send to.</summary>
public static class OperatorQueues
{
    /// <summary>
    /// The queue of commands that concern all sagas of a kind. Commands that concern one saga go to the queue with the name of its kind.
    /// </summary>
    public const string Commands = "orchestrator-commands";
}
