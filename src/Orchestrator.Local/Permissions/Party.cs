namespace Orchestrator.Local.Permissions;

/// <summary>What a user of the broker does there.</summary>
/// <param name="User">Its name.</param>
public sealed record Party(string User)
{
    /// <summary>The queues that it takes work from.</summary>
    public IReadOnlyCollection<string> Takes { get; init; } = [];

    /// <summary>The events that it listens to: by the queue in which they wait.</summary>
    public IReadOnlyCollection<(string Queue, Type Event)> Hears { get; init; } = [];

    /// <summary>The events that it publishes.</summary>
    public IReadOnlyCollection<Type> Tells { get; init; } = [];

    /// <summary>The queues of others that it sends to.</summary>
    public IReadOnlyCollection<string> Sends { get; init; } = [];

    /// <summary>The queues of others whose dead letters it takes.</summary>
    public IReadOnlyCollection<string> Clears { get; init; } = [];
}
