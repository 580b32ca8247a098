namespace Orchestrator.Participants;

/// <summary>The part of an operation that other operations of the same participant use.</summary>
interface IOperation<TState>
    where TState : class
{
    /// <summary>Asks outside the database for the outcome of an intent.</summary>
    /// <returns>Records the outcome; null when nothing is known of it outside.</returns>
    Task<Action<SagaRecord<TState>>?> FindOut(Act intent, CancellationToken cancellationToken);
}
