namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Something that must never be.</summary>
/// <param name="Sentence">What is wrong.</param>
/// <param name="OrderId">The order that it is about, if it is about one.</param>
sealed record Violation(string Sentence, Guid? OrderId = null);
