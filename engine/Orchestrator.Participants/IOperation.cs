namespace Orchestrator.Participants;

/// <summary>An operation, as the other operations of its participant know it.</summary>
interface IOperation<TState>
    where TState : class
{
    /// <summary>Asks outside the database what became of an intent.</summary>
    /// <returns>What records it; null when nothing is known of it outside.</returns>
    Task<Action<SagaRecord<TState>>?> FindOut(Act intent, CancellationToken cancellationToken);
}
