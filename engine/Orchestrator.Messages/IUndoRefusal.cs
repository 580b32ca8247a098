namespace Orchestrator.Contracts;

/// <summary>
/// A participant can't do an undo. This answer is not stored: the participant checks again each time. So each sending of the undo gets an
/// answer of its own, and an operator who tries again learns the present result.
/// </summary>
public interface IUndoRefusal : IStepMessage;
