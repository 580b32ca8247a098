namespace Orchestrator.Simulation;

/// <summary>A saga is described to the simulation in a way that can't work; the message names the saga and says what to do.</summary>
public sealed class SimulationException(string message) : Exception(message);
