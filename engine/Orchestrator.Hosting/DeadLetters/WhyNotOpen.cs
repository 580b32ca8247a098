using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The reason why a dead letter is not open any more.</summary>
static class WhyNotOpen
{
    /// <summary>The reason, as a sentence without a full stop; null if the dead letter is open.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="chain">All dead letters of the same message.</param>
    public static string? Of(Guid id, IReadOnlyList<DeadLetterEntry> chain) => chain.FirstOrDefault(letter => letter.Id == id) switch
    {
        null => "there is no dead letter with this id",
        { Redriven: { } act } => Told("sent it back", act)
            + (chain.FirstOrDefault(letter => letter.State == DeadLetterState.Open) is { } again ? $"; it failed again as {again.Id}" : ""),
        { Discarded: { } act } => Told("discarded it", act),
        _ => null,
    };

    /// <summary>A sentence about an operator's act.</summary>
    public static string Told(string what, DeadLetterAct act) =>
        FormattableString.Invariant($"{act.By} {what} on {act.At.UtcDateTime:u}: {act.Why}");
}
