using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>Why nothing can be done with a dead letter any more.</summary>
static class WhyNotOpen
{
    /// <summary>The reason, as a sentence without its end; nothing if it is open.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="chain">All dead letters of the same message.</param>
    public static string? Of(Guid id, IReadOnlyList<DeadLetterEntry> chain) => chain.FirstOrDefault(letter => letter.Id == id) switch
    {
        null => "there is no dead letter of this id",
        { Redriven: { } act } => Told("sent it back", act)
            + (chain.FirstOrDefault(letter => letter.State == DeadLetterState.Open) is { } again ? $"; it failed again as {again.Id}" : ""),
        { Discarded: { } act } => Told("discarded it", act),
        _ => null,
    };

    /// <summary>What somebody did.</summary>
    public static string Told(string what, DeadLetterAct act) =>
        FormattableString.Invariant($"{act.By} {what} on {act.At.UtcDateTime:u}: {act.Why}");
}
