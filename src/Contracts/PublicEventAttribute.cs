namespace Orchestrator.Contracts;

/// <summary>
/// An event for whoever wants to hear it: it may have no subscriber, and is gone then. Every other message must reach a queue, and waits until one is bound.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PublicEventAttribute : Attribute;
