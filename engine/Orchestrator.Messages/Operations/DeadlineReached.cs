namespace Orchestrator.Contracts.Operations;

/// <summary>A saga's deadline has passed: nothing arrived before the time at which the saga acts.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Deadline">The deadline, in UTC. If the saga has moved on meanwhile, nothing is due and nothing changes.</param>
public sealed record DeadlineReached(Guid SagaId, DateTimeOffset Deadline) : ISagaMessage;
