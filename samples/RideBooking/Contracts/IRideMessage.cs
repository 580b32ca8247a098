namespace Orchestrator.Contracts.Rides;

/// <summary>A message about one ride. Each ride is one saga.</summary>
public interface IRideMessage : ISagaMessage
{
    /// <summary>The ride's id, the same in every service.</summary>
    Guid RideId { get; }

    Guid ISagaMessage.SagaId => RideId;
}
