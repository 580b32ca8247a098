using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>Does work outside the database, and returns the function that the next transaction runs.</summary>
delegate Task<Func<SagaRecord<TState>, Step<TState>>> Outside<TState>(CancellationToken cancellationToken)
    where TState : class;

/// <summary>The result of a transaction for a message: its answer, or the work outside the database that comes before the answer.</summary>
sealed record Step<TState>(IStepMessage? Answer, Outside<TState>? Outside = null)
    where TState : class;
