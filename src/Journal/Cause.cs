namespace Orchestrator.Journal;

/// <summary>Who and what is behind a transition.</summary>
/// <param name="Actor">Who gave the order, when a person did.</param>
/// <param name="TraceId">The trace that it belongs to.</param>
public readonly record struct Cause(string? Actor, string? TraceId);
