namespace Orchestrator.Sagas.Engine;

/// <summary>Why a saga turned back: the first refusal that was journalled.</summary>
/// <param name="Step">The step that was refused.</param>
/// <param name="Reason">What the participant said.</param>
public sealed record Refusal(string Step, string Reason);
