namespace Orchestrator.Journal.DeadLetters;

/// <summary>Which dead letters somebody means; what is absent does not matter.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Whether somebody has seen to them.</summary>
    public DeadLetterState? State { get; init; } = DeadLetterState.Open;

    /// <summary>The queue whose messages they were.</summary>
    public string? Queue { get; init; }

    /// <summary>The name of their type.</summary>
    public string? MessageType { get; init; }

    /// <summary>The sagas that they concern.</summary>
    public IReadOnlyCollection<Guid>? Sagas { get; init; }

    /// <summary>One of <see cref="DeadLetterReason"/>.</summary>
    public string? ReasonClass { get; init; }

    /// <summary>They were kept before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>They were kept at this time or after it.</summary>
    public DateTimeOffset? Since { get; init; }
}
