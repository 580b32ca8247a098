using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>
/// A saga of an earlier definition has attempted a step that this process's definition no longer has. So this process can neither finish
/// nor undo the step.
/// </summary>
public sealed class RemovedStepException(string kind, Guid sagaId, string step, int ours) : TellableException(
    $"{kind} {sagaId} has attempted {step}, a step that version {ours} of its definition no longer has; "
    + "keep a replica of the version that has it until the saga has ended");
