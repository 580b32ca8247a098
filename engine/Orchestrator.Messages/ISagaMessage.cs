namespace Orchestrator.Contracts;

/// <summary>A message that concerns one saga.</summary>
public interface ISagaMessage
{
    /// <summary>The correlation id: it selects the saga.</summary>
    Guid SagaId { get; }
}
