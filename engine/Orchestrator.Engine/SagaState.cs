namespace Orchestrator.Engine;

/// <summary>A saga between two messages.</summary>
/// <param name="Id">The correlation id.</param>
/// <param name="Version">How many transitions it has made: the sequence number of its last journal row.</param>
/// <param name="Lifecycle">Where it stands in its life.</param>
/// <param name="Data">What it keeps.</param>
public sealed record SagaState<TData>(Guid Id, long Version, Lifecycle Lifecycle, TData Data)
    where TData : SagaData;
