using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Local.Orders;

/// <summary>What a line of an input file holds: a value, or the reason why it was rejected.</summary>
/// <param name="Number">The line's number, from 1.</param>
/// <param name="Value">The value, when the line was accepted.</param>
/// <param name="Rejection">What is wrong with the line, when it was rejected.</param>
public sealed record FileLine<T>(long Number, T? Value, string? Rejection)
    where T : class
{
    /// <summary>True when the line was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAccepted => Value is not null;
}
