namespace Orchestrator.Tests.Chaos;

/// <summary>The options of a run.</summary>
/// <param name="Time">For how long faults come.</param>
/// <param name="Seed">The seed of the schedule of faults.</param>
/// <param name="Rate">The rate in orders a second.</param>
/// <param name="Keep">True to keep the logs also without a violation.</param>
/// <param name="Fault">A part of the names of the faults to make; null for all.</param>
sealed record Options(TimeSpan Time, ulong Seed, int Rate, bool Keep, string? Fault = null);
