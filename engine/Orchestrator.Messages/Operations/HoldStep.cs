namespace Orchestrator.Contracts.Operations;

/// <summary>Stop one step of every saga of a kind: neither its command nor its undo goes out, and its time limits stand still.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step's name, or <see cref="Intake"/>.</param>
/// <param name="Actor">Who gives the command.</param>
/// <param name="Note">Why.</param>
[SentTo(OperatorQueues.Commands)]
public sealed record HoldStep(string Kind, string Step, string Actor, string Note)
{
    /// <summary>In place of a step's name: new sagas are taken in, but the commands of their first stage are not sent.</summary>
    public const string Intake = "intake";
}

/// <summary>Let a held step go on.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step's name, or <see cref="HoldStep.Intake"/>.</param>
/// <param name="PerSecond">How many of the waiting sagas go on in each second. Absent: all at once.</param>
/// <param name="Actor">Who gives the command.</param>
/// <param name="Note">Why.</param>
[SentTo(OperatorQueues.Commands)]
public sealed record ReleaseStep(string Kind, string Step, double? PerSecond, string Actor, string Note);

/// <summary>The step is held.</summary>
[PublicEvent]
public sealed record StepHeld(string Kind, string Step, string Actor);

/// <summary>The step goes on.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step.</param>
/// <param name="Waiting">How many sagas waited for it.</param>
/// <param name="Actor">Who gave the command.</param>
[PublicEvent]
public sealed record StepReleased(string Kind, string Step, long Waiting, string Actor);

/// <summary>The command was refused and changed nothing.</summary>
/// <param name="Kind">The kind of saga that it named.</param>
/// <param name="Step">The step that it named.</param>
/// <param name="Command">The command's name.</param>
/// <param name="Reason">Why, and what could be done instead.</param>
[PublicEvent]
public sealed record HoldRefused(string Kind, string Step, string Command, string Reason);
