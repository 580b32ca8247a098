namespace Orchestrator.Journal.Deadlines;

/// <summary>How many messages wait for the sagas of a kind.</summary>
/// <param name="Outcomes">Outcomes of participants, and all else that moves the sagas.</param>
/// <param name="Deadlines">Deadlines that the sagas have been told of.</param>
public readonly record struct Backlog(long Outcomes, long Deadlines);
