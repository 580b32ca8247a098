namespace Orchestrator.Simulation.Worlds;

/// <summary>The database does not answer.</summary>
sealed class DatabaseAwayException(string message) : Exception(message);
