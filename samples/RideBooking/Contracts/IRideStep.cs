namespace Orchestrator.Contracts.Rides;

/// <summary>A command or an outcome of one step of a ride.</summary>
public interface IRideStep : IRideMessage, IStepMessage;
