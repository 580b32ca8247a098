using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Local.Orders;

/// <summary>What a line of an input file holds: a value, or the reason why it was rejected.</summary>
/// <param name="Number">The line's number, from 1.</param>
/// <param name="Value">What the line says, when it was accepted.</param>
/// <param name="Rejection">What is wrong with it, when it was rejected.</param>
public sealed record FileLine<T>(long Number, T? Value, string? Rejection)
    where T : class
{
    /// <summary>Whether the line holds a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAccepted => Value is not null;
}
