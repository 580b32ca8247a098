using Orchestrator.Journal;

namespace Orchestrator.Simulation.Checks;

/// <summary>One row of a saga's journal.</summary>
/// <param name="Seq">Which transition.</param>
/// <param name="MessageId">The id of the message that came.</param>
/// <param name="Event">The message.</param>
/// <param name="Outgoing">What was sent.</param>
/// <param name="At">When.</param>
/// <param name="Version">The version of the definition that decided.</param>
/// <param name="Remark">What a reader should know.</param>
sealed record JournalEntry(
    long Seq, Guid MessageId, string Event, IReadOnlyList<OutgoingEnvelope> Outgoing, DateTimeOffset At, int Version, string? Remark);
