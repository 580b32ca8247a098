namespace Orchestrator.Contracts.Operations;

/// <summary>Change the time at which a saga acts if nothing arrives before.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Version">The version that the operator saw.</param>
/// <param name="At">The new deadline, in UTC. When it has passed already, the saga acts at once.</param>
/// <param name="Actor">Who gives the command.</param>
/// <param name="Note">Why.</param>
public sealed record RescheduleDeadline(Guid SagaId, long? Version, DateTimeOffset At, string Actor, string Note) : IOperatorCommand;
