namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Something that must never be.</summary>
/// <param name="Sentence">What is wrong.</param>
/// <param name="OrderId">The order that it is about, if it is about one.</param>
/// <param name="IsUnheardEnd">Whether all that is wrong is that the inventory has not heard of an order's end.</param>
sealed record Violation(string Sentence, Guid? OrderId = null, bool IsUnheardEnd = false);
