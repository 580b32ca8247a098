namespace Orchestrator.Journal;

/// <summary>The person and the trace that a transition comes from.</summary>
/// <param name="Actor">The person who gave the command; absent when no person did.</param>
/// <param name="TraceParent">The span in which it happens, as W3C's trace context writes it; absent when nobody traces.</param>
public readonly record struct Cause(string? Actor, string? TraceParent)
{
    /// <summary>The trace that a span belongs to.</summary>
    /// <param name="traceParent">The span: <c>00-trace-span-flags</c>.</param>
    public static string? TraceId(string? traceParent) => traceParent?.Split('-') is [_, { Length: 32 } trace, ..] ? trace : null;
}
