namespace Orchestrator.Simulation.Worlds;

/// <summary>The process has no connection to the broker.</summary>
sealed class BrokerAwayException() : Exception("the broker is not connected");
