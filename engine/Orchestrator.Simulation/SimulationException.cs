namespace Orchestrator.Simulation;

/// <summary>The description of a saga for the simulation is invalid. The message names the saga and says what to do.</summary>
public sealed class SimulationException(string message) : Exception(message);
