namespace Orchestrator.Engine;

/// <summary>Why a saga turned back: the first reason that was journalled.</summary>
/// <param name="Step">The step that was refused or had no answer; or the command that turned the saga back, or
/// <see cref="TimeLimit"/>.</param>
/// <param name="Reason">What the participant or the person said.</param>
public sealed record Refusal(string Step, string Reason)
{
    /// <summary>In place of a step: the whole saga took too long.</summary>
    public const string TimeLimit = "time limit";
}
