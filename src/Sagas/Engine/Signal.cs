namespace Orchestrator.Sagas.Engine;

/// <summary>What a message tells a step.</summary>
public enum Signal
{
    /// <summary>The command succeeded.</summary>
    Completed,

    /// <summary>The participant said no.</summary>
    Refused,

    /// <summary>The undo succeeded.</summary>
    Undone,
}
