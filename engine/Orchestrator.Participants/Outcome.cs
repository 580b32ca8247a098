namespace Orchestrator.Participants;

/// <summary>The result of a decision: done or refused, and the next state.</summary>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <param name="IsDone">False when the participant refuses.</param>
/// <param name="Next">The state from now on; null when it stays as it is.</param>
/// <param name="Said">The reason of a refusal, or a text that is kept with a success.</param>
public sealed record Outcome<TState>(bool IsDone, TState? Next, string? Said)
    where TState : class
{
    /// <summary>The new values of rows of a shared resource.</summary>
    internal IReadOnlyCollection<object> Shared { get; private init; } = [];

    /// <summary>An act without an outcome that must get one before this decision is made.</summary>
    internal Act? Awaited { get; init; }

    /// <summary>The exception to throw when nothing is known of that act outside.</summary>
    internal Exception? Otherwise { get; init; }

    /// <summary>Also changes rows of the resource that sagas share.</summary>
    /// <param name="rows">The new values of the rows. Each row must be among the rows that the decision got.</param>
    public Outcome<TState> Changing<TRow>(IEnumerable<TRow> rows)
        where TRow : class => this with { Shared = [.. rows] };
}
