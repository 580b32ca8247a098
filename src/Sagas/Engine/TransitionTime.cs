namespace Orchestrator.Sagas.Engine;

/// <summary>When a transition happens, by the clock of the store that will hold it. A payload of the consume context.</summary>
/// <param name="Now">In UTC.</param>
public sealed record TransitionTime(DateTimeOffset Now);
