namespace Orchestrator.Contracts.Operations;

/// <summary>Turn a saga back: undo what it attempted. Refused once its pivot has been sent.</summary>
public sealed record CompensateSaga(Guid SagaId, long? Version, string Actor, string Note) : IOperatorCommand;
