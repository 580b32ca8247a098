namespace Orchestrator.Testing;

/// <summary>One transition of a saga under test, as the journal would show it.</summary>
/// <param name="At">The time, in UTC.</param>
/// <param name="Message">The name of the message that caused it.</param>
/// <param name="From">The state before; null for the first transition.</param>
/// <param name="To">The state after.</param>
/// <param name="Sent">The names of the sent messages.</param>
/// <param name="Remark">A note for the reader, beside the states.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Message, string? From, string To, IReadOnlyList<string> Sent, string? Remark)
{
    /// <summary>The transition as one line.</summary>
    public override string ToString() =>
        $"{At:u} {Message}: {(From == To ? To : $"{From ?? "(new)"} -> {To}")}"
        + $"{(Sent.Count == 0 ? "" : $", sent {string.Join(", ", Sent)}")}{(Remark is null ? "" : $" ({Remark})")}";
}
