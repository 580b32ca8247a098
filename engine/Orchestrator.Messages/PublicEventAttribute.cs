namespace Orchestrator.Contracts;

/// <summary>
/// An event that may have no subscriber. If no queue is bound to its exchange, it is lost without a warning. Every other message must reach
/// a queue, and waits until one is bound.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PublicEventAttribute : Attribute;
