using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Replay;

/// <summary>Holds one saga in memory, as it stood before a recorded transition. Nothing is written to the database.</summary>
/// <param name="database">The database of the journal, for its clock. Nothing is written to it.</param>
sealed class ReplayStore(Database database) : IJournalStore
{
    /// <summary>The saga before the transition; absent when the transition starts it.</summary>
    public SagaRow? Saga { get; set; }

    /// <summary>When the transition happened, and what was held then.</summary>
    public Circumstances Circumstances { get; set; } = new(default);

    /// <summary>What the last message made of the saga; absent when it made no transition.</summary>
    public SagaWrite? Written { get; set; }

    /// <inheritdoc />
    public Database Database => database;

    /// <inheritdoc />
    public Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Loaded>>([.. requests.Select(_ => new Loaded(Saga, null, Circumstances))]);

    /// <inheritdoc />
    public Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
    {
        Written = writes.Single();
        return Task.FromResult<IReadOnlyList<bool>>([true]);
    }

    /// <inheritdoc />
    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => Task.FromResult(Circumstances.Now);

    /// <inheritdoc />
    public bool IsOutage(Exception exception) => false;
}
