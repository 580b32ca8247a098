namespace Orchestrator.Contracts.Operations;

/// <summary>A saga does not know how to go on and waits for an operator.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Kind">The kind of saga.</param>
/// <param name="Step">The step that it stands at.</param>
/// <param name="Reason">Why.</param>
[PublicEvent]
public sealed record SagaSuspended(Guid SagaId, string Kind, string Step, string Reason) : ISagaMessage;
