using Orchestrator.Journal.Telemetry;

namespace Orchestrator.Journal;

/// <summary>What a kind of saga decided about a delivery.</summary>
/// <param name="Change">What is to be written and sent.</param>
/// <param name="Observed">The transition, for logs, metrics and traces. Null if the message made no transition.</param>
/// <param name="Warning">What people should know now; absent when all is well.</param>
public sealed record SagaDecision(SagaChange Change, ObservedTransition? Observed, string? Warning);
