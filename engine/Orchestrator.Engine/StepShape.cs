namespace Orchestrator.Engine;

/// <summary>One row of a saga's table without the saga's data: what decides how the saga moves.</summary>
/// <param name="Name">The step's name: its command's, or that of the event that it awaits.</param>
/// <param name="Kind">What can be done about the step once it has been sent.</param>
/// <param name="Completion">The outcome that completes it.</param>
/// <param name="Refusal">The outcome that refuses it, if business may.</param>
/// <param name="Undo">The command that undoes it, if it can be undone.</param>
/// <param name="Undone">The outcome that confirms the undo.</param>
public sealed record StepShape(string Name, StepKind Kind, string? Completion, string? Refusal, string? Undo, string? Undone)
{
    /// <summary>The outcome that says that the undo can't be done, if that may be.</summary>
    public string? UndoRefusal { get; init; }

    /// <summary>The question to the participant about a command without an answer, if it can be asked.</summary>
    public string? Inquiry { get; init; }

    /// <summary>True when the table says that the step is never refused.</summary>
    public bool IsNeverRefused { get; init; }

    /// <summary>Whether its outcome may contradict what the saga knows.</summary>
    public bool CanContradict { get; init; }

    /// <summary>How long its outcome is waited for and how often it is sent.</summary>
    public StepTiming Timing { get; init; } = StepTiming.Default;

    /// <summary>How long the undo's outcome is waited for and how often the undo is sent.</summary>
    public StepTiming UndoTiming { get; init; } = StepTiming.Stubborn;
}
