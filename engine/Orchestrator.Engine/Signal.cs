namespace Orchestrator.Engine;

/// <summary>What a step is told, by a message or by the passing of time.</summary>
public enum Signal
{
    /// <summary>The command succeeded.</summary>
    Completed,

    /// <summary>The command succeeded, but at something else than was asked for.</summary>
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

    /// <summary>It is held no longer.</summary>
    Released,
}
