namespace Orchestrator.Sagas.Engine;

/// <summary>One row of a saga's table without the saga's data: what decides how the saga moves.</summary>
/// <param name="Name">The step's name, which is its command's.</param>
/// <param name="Kind">What may be done about it once sent.</param>
/// <param name="Completion">The outcome that completes it.</param>
/// <param name="Refusal">The outcome that refuses it, if business may.</param>
/// <param name="Undo">The command that undoes it, if it can be undone.</param>
/// <param name="Undone">The outcome that confirms the undo.</param>
public sealed record StepShape(string Name, StepKind Kind, string? Completion, string? Refusal, string? Undo, string? Undone);
