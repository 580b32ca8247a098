namespace Orchestrator.Tests.Chaos;

/// <summary>What a run is asked for.</summary>
/// <param name="Time">How long faults come.</param>
/// <param name="Seed">Which.</param>
/// <param name="Rate">Orders a second.</param>
/// <param name="Keep">Whether the logs stay even if nothing was violated.</param>
/// <param name="Fault">A part of the names of the only faults that come; all when absent.</param>
sealed record Options(TimeSpan Time, ulong Seed, int Rate, bool Keep, string? Fault = null);
