namespace Orchestrator.Simulation.Worlds;

/// <summary>A message among the dead letters.</summary>
/// <param name="Delivery">The message.</param>
/// <param name="Reason">The reason.</param>
/// <param name="IsForeign">Whether its sender may not send it.</param>
public sealed record SetAside(Delivery Delivery, string Reason, bool IsForeign);
