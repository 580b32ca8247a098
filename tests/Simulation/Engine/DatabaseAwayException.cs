namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>The database does not answer.</summary>
sealed class DatabaseAwayException(string message) : Exception(message);
