namespace Orchestrator.Engine;

/// <summary>What happened to a step: a message came, time passed, or a hold ended.</summary>
public enum Signal
{
    /// <summary>The command succeeded.</summary>
    Completed,

    /// <summary>The command succeeded, but its outcome contradicts the saga's data.</summary>
    Contradicted,

    /// <summary>The participant said no.</summary>
    Refused,

    /// <summary>The undo succeeded.</summary>
    Undone,

    /// <summary>The undo can't be done.</summary>
    UndoRefused,

    /// <summary>The time limit has passed.</summary>
    NoAnswer,

    /// <summary>The last attempt had no answer either.</summary>
    GivenUp,

    /// <summary>The step is no longer held.</summary>
    Released,
}
