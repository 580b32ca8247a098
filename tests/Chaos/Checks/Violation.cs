namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Something that must never happen.</summary>
/// <param name="Sentence">What is wrong.</param>
/// <param name="OrderId">The order that it is about, if any.</param>
/// <param name="IsUnheardEnd">True when the only problem is that the inventory has not heard of the end of an order.</param>
sealed record Violation(string Sentence, Guid? OrderId = null, bool IsUnheardEnd = false);
