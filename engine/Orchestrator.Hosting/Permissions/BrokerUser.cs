namespace Orchestrator.Hosting.Permissions;

/// <summary>A user of the broker, and what it does there.</summary>
/// <param name="Name">The user's name.</param>
public sealed record BrokerUser(string Name)
{
    /// <summary>The queues that it takes messages from.</summary>
    public IReadOnlyCollection<string> Takes { get; init; } = [];

    /// <summary>The events that it subscribes to, with the queue in which they wait.</summary>
    public IReadOnlyCollection<(string Queue, Type Event)> Hears { get; init; } = [];

    /// <summary>The events that it publishes.</summary>
    public IReadOnlyCollection<Type> Publishes { get; init; } = [];

    /// <summary>The queues of others that it sends to.</summary>
    public IReadOnlyCollection<string> Sends { get; init; } = [];

    /// <summary>The queues of others whose dead letters it takes.</summary>
    public IReadOnlyCollection<string> Clears { get; init; } = [];
}
