namespace Orchestrator.Journal.DeadLetters;

/// <summary>Selects dead letters. A property that is null does not restrict the selection.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>What was done with them. Only open ones unless something else is set.</summary>
    public DeadLetterState? State { get; init; } = DeadLetterState.Open;

    /// <summary>The queue whose messages they were.</summary>
    public string? Queue { get; init; }

    /// <summary>The name of their type.</summary>
    public string? MessageType { get; init; }

    /// <summary>The sagas that they concern.</summary>
    public IReadOnlyCollection<Guid>? Sagas { get; init; }

    /// <summary>One of <see cref="DeadLetterReason"/>.</summary>
    public string? ReasonClass { get; init; }

    /// <summary>They were stored before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>They were stored at this time or after it.</summary>
    public DateTimeOffset? Since { get; init; }
}
