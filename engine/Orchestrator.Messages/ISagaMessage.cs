namespace Orchestrator.Contracts;

/// <summary>A message that concerns one saga instance.</summary>
public interface ISagaMessage
{
    /// <summary>The correlation id: selects the saga instance.</summary>
    Guid SagaId { get; }
}
