namespace Orchestrator.Contracts.Operations;

/// <summary>Stop one step of every saga of a kind: neither its command nor its undo goes out, and its time limits stand still.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step's name, or <see cref="Intake"/>.</param>
/// <param name="Actor">Who gives the command.</param>
/// <param name="Note">Why.</param>
public sealed record HoldStep(string Kind, string Step, string Actor, string Note)
{
    /// <summary>In place of a step: new sagas are taken in, and none of their steps goes out.</summary>
    public const string Intake = "intake";
}

/// <summary>Let a held step go on.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step's name, or <see cref="HoldStep.Intake"/>.</param>
/// <param name="PerSecond">How many of the waiting sagas go on in a second; absent: all at once.</param>
/// <param name="Actor">Who gives the command.</param>
/// <param name="Note">Why.</param>
public sealed record ReleaseStep(string Kind, string Step, double? PerSecond, string Actor, string Note);
