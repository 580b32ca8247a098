using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>Does something outside the database, and returns what the next transaction makes of it.</summary>
delegate Task<Func<SagaRecord<TState>, Step<TState>>> Outside<TState>(CancellationToken cancellationToken)
    where TState : class;

/// <summary>What a transaction made of a message: its answer, or what is to be done outside the database before there is one.</summary>
sealed record Step<TState>(IStepMessage? Answer, Outside<TState>? Outside = null)
    where TState : class;
