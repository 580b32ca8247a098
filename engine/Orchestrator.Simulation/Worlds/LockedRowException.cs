namespace Orchestrator.Simulation.Worlds;

/// <summary>Another session has locked a row for longer than this one waits.</summary>
sealed class LockedRowException() : Exception("a row is locked");
