namespace Orchestrator.Hosting.Reconciliation;

/// <summary>A finding, and the saga that it is about.</summary>
/// <param name="Noun">What the application calls such a saga.</param>
/// <param name="SagaKind">The name of the saga's kind.</param>
/// <param name="SagaId">The saga's id; other books may know an id that no saga has.</param>
/// <param name="BusinessKey">The name that people know the saga by; null when no saga has the id.</param>
/// <param name="Finding">What contradicts what.</param>
public sealed record Contradiction(string Noun, string SagaKind, Guid SagaId, string? BusinessKey, Finding Finding);
