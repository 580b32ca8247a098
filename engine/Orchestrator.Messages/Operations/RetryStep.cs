namespace Orchestrator.Contracts.Operations;

/// <summary>
/// Try a step again that its participant refused after the pivot. The step gets a new idempotency key, because the participant answers
/// the old key with the refusal for ever.
/// </summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Version">The version that the operator saw.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Evidence">How the operator knows that the cause of the refusal is gone: a ticket, a phone call.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="Note">Why.</param>
public sealed record RetryStep(Guid SagaId, long? Version, string Step, string Evidence, string Actor, string Note) : IOperatorCommand;
