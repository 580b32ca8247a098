namespace Orchestrator.Contracts;

/// <summary>The queue of the participant that owns a command. Commands go straight to it; events are published.</summary>
/// <param name="queue">The queue's name, kebab-case, prefixed by the service.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SentToAttribute(string queue) : Attribute
{
    /// <summary>The queue's name.</summary>
    public string Queue { get; } = queue;
}
