namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The result of a fault.</summary>
/// <param name="Details">Where and how it happened, for people.</param>
/// <param name="Violation">The violation that it showed, or null if it showed no violation.</param>
/// <param name="BearableSince">The time from which orders should get through although the fault lasts; null when they should only after its
/// end.</param>
readonly record struct Effect(string Details, string? Violation = null, DateTimeOffset? BearableSince = null);
