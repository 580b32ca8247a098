namespace Orchestrator.Contracts.Rides;

/// <summary>A message about one ride. One ride is one saga instance.</summary>
public interface IRideMessage : ISagaMessage
{
    /// <summary>The ride's id, the same in every service.</summary>
    Guid RideId { get; }

    Guid ISagaMessage.SagaId => RideId;
}
