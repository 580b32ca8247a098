namespace Orchestrator.Testing;

/// <summary>One transition of a saga under test, as the journal would show it.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Message">The name of the message that made it.</param>
/// <param name="From">The state before; absent for the first.</param>
/// <param name="To">The state after.</param>
/// <param name="Sent">The names of the messages that went out.</param>
/// <param name="Remark">What a reader should know beside the states.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Message, string? From, string To, IReadOnlyList<string> Sent, string? Remark)
{
    /// <summary>One line.</summary>
    public override string ToString() =>
        $"{At:u} {Message}: {(From == To ? To : $"{From ?? "(new)"} -> {To}")}{(Sent.Count == 0 ? "" : $", sent {string.Join(", ", Sent)}")}{(Remark is null ? "" : $" ({Remark})")}";
}
