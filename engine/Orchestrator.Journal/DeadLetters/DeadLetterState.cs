namespace Orchestrator.Journal.DeadLetters;

/// <summary>What was done with a dead letter.</summary>
public enum DeadLetterState
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>It was sent back to its queue.</summary>
    Redriven,

    /// <summary>It is kept, and is never sent back.</summary>
    Discarded,
}
