using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>The journal's two frequent statements, load and commit, in one dialect. Both take many rows at once.</summary>
public interface IJournalStore
{
    /// <summary>Where the rows live.</summary>
    Database Database { get; }

    /// <summary>Reads sagas, the journal rows of messages that they have seen, and the store's time, in one statement.</summary>
    /// <returns>An answer per request, by position.</returns>
    Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken);

    /// <summary>
    /// Writes each saga's row and a journal row for each of its transitions, in one statement and one commit. A saga is left out if it was
    /// moved since it was loaded, or if another saga has its business key.
    /// </summary>
    /// <param name="writes">At most one for each saga, sorted by saga.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    /// <returns>Whether each was written, by position: all of it or nothing.</returns>
    Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken);

    /// <summary>As <see cref="Commit"/>, but waits for no lock: sagas that another session has locked are left out.</summary>
    /// <remarks>A store with one writer at a time has no such sagas.</remarks>
    /// <param name="writes">At most one for each saga, sorted by saga.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    /// <returns>Whether each was written, by position, unless its saga is locked.</returns>
    async Task<IReadOnlyList<Attempt<bool>>> CommitFree(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken) =>
        [.. (await Commit(writes, cancellationToken)).Select(Attempt.Done)];

    /// <summary>The store's time, in UTC. Deadlines go by it, not by the clocks of the hosts.</summary>
    Task<DateTimeOffset> Now(CancellationToken cancellationToken);

    /// <summary>True when the exception means that the store is away, not that something is wrong with the rows.</summary>
    bool IsOutage(Exception exception);
}

/// <summary>What must be loaded before a message is decided.</summary>
/// <param name="Kind">The kind of saga.</param>
/// <param name="SagaId">The saga.</param>
/// <param name="MessageId">The message.</param>
/// <param name="Key">A business key; the saga that has it is looked up.</param>
public sealed record LoadRequest(string Kind, Guid SagaId, Guid MessageId, string? Key = null);

/// <summary>What the store knows.</summary>
/// <param name="Saga">The saga, if there is one.</param>
/// <param name="Seen">The journal row of the message, if the saga has seen it.</param>
/// <param name="Circumstances">The store's time, and what operators and the breaker hold of this kind of saga, and who has the business key
/// that was asked for.</param>
public sealed record Loaded(SagaRow? Saga, JournalRow? Seen, Circumstances Circumstances)
{
    /// <summary>The store's time.</summary>
    public DateTimeOffset Now => Circumstances.Now;
}

/// <summary>What is to be written of one saga: usually one transition, and several when several messages waited for it.</summary>
/// <param name="Saga">The saga after the last of them.</param>
/// <param name="Transitions">The transitions in order, at least one.</param>
/// <param name="Before">The saga as it was loaded; absent when the first of them starts it.</param>
/// <param name="UniqueKey">The business key that it starts with and that no other saga of its kind may have: if one has it, nothing is
/// written.</param>
public sealed record SagaWrite(SagaRow Saga, IReadOnlyList<JournalRow> Transitions, SagaRow? Before, string? UniqueKey = null);
