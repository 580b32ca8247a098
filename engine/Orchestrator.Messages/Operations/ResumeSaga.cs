namespace Orchestrator.Contracts.Operations;

/// <summary>Try again what a suspended saga gave up: its attempts are counted anew.</summary>
public sealed record ResumeSaga(Guid SagaId, long? Version, string Actor, string Note) : IOperatorCommand;
