namespace Orchestrator.Engine;

/// <summary>The one saga that may send a command that the breaker holds, to see whether the participant answers again.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Version">The saga's version; once it has moved, it has had its try.</param>
public sealed record Probe(Guid SagaId, long Version);
