using Orchestrator.Journal.Telemetry;

namespace Orchestrator.Journal;

/// <summary>What a kind of saga decided about a delivery.</summary>
/// <param name="Change">What is to be written and sent.</param>
/// <param name="Observed">What the message made of the saga, for those who watch; absent when it made no transition.</param>
/// <param name="Warning">What people should learn of now; absent when all is as it should be.</param>
public sealed record SagaDecision(SagaChange Change, ObservedTransition? Observed, string? Warning);
