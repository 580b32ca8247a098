namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>What a fault did.</summary>
/// <param name="Details">Where and how it came, for people.</param>
/// <param name="Violation">What it showed that must never be; absent when there is nothing.</param>
/// <param name="BearableSince">Since when orders should get through although it lasts; absent when they should only after its end.</param>
readonly record struct Effect(string Details, string? Violation = null, DateTimeOffset? BearableSince = null);
