using Orchestrator.Testing;

namespace Orchestrator.Simulation.Worlds;

/// <summary>Random times.</summary>
static class DiceOfTimes
{
    /// <summary>From nothing up to, but not including, the longest.</summary>
    public static TimeSpan Within(this ref SplitMix64 dice, TimeSpan longest) => TimeSpan.FromMilliseconds(dice.Below((int)longest.TotalMilliseconds));
}
