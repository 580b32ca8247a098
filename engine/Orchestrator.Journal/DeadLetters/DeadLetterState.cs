namespace Orchestrator.Journal.DeadLetters;

/// <summary>Whether somebody has seen to a dead letter.</summary>
public enum DeadLetterState
{
    /// <summary>Nobody has.</summary>
    Open,

    /// <summary>It was sent back to its queue.</summary>
    Redriven,

    /// <summary>It is kept, and is never sent back.</summary>
    Discarded,
}
