namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>The process has no connection to the broker.</summary>
sealed class BrokerAwayException() : Exception("the broker is not connected");
