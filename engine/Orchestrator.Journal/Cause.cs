namespace Orchestrator.Journal;

/// <summary>Who and what is behind a transition.</summary>
/// <param name="Actor">Who gave the order, when a person did.</param>
/// <param name="TraceParent">The span in which it happens, as W3C's trace context writes it; absent when nobody traces.</param>
public readonly record struct Cause(string? Actor, string? TraceParent)
{
    /// <summary>The trace that a span belongs to.</summary>
    /// <param name="traceParent">The span: <c>00-trace-span-flags</c>.</param>
    public static string? TraceId(string? traceParent) => traceParent?.Split('-') is [_, { Length: 32 } trace, ..] ? trace : null;
}
