namespace Orchestrator.Contracts.Operations;

/// <summary>Try the steps again that a suspended saga gave up. Each gets its full number of attempts again.</summary>
public sealed record ResumeSaga(Guid SagaId, long? Version, string Actor, string Note) : IOperatorCommand;
