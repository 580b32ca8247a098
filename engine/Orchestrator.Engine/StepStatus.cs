using System.Text.Json.Serialization;

namespace Orchestrator.Engine;

/// <summary>How far one step of one saga has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepStatus>))]
public enum StepStatus
{
    /// <summary>Not attempted.</summary>
    Pending,

    /// <summary>Its turn has come, but it is held: nothing is sent.</summary>
    Held,

    /// <summary>Its command is sent and no outcome is known.</summary>
    Sent,

    /// <summary>Its time limit has passed without an outcome: it may have succeeded, failed or never arrived.</summary>
    Uncertain,

    /// <summary>The participant confirmed it.</summary>
    Done,

    /// <summary>The participant said no, and holds nothing.</summary>
    Refused,

    /// <summary>Its undo is sent and not confirmed.</summary>
    Undoing,

    /// <summary>The participant confirmed the undo.</summary>
    Undone,
}
