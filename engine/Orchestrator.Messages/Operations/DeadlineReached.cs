namespace Orchestrator.Contracts.Operations;

/// <summary>The time has come that a saga said it would act at if nothing arrived.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Deadline">The deadline, in UTC. If the saga has moved on meanwhile, nothing is due and nothing changes.</param>
public sealed record DeadlineReached(Guid SagaId, DateTimeOffset Deadline) : ISagaMessage;
