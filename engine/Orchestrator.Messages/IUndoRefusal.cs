namespace Orchestrator.Contracts;

/// <summary>
/// An undo can't be done. It is not stored but follows from what is at the time: each undo that is sent gets an answer of its
/// own, so that an operator who tries again learns what became of it.
/// </summary>
public interface IUndoRefusal : IStepMessage;
