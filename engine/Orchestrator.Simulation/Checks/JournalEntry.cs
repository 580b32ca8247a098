using Orchestrator.Journal;

namespace Orchestrator.Simulation.Checks;

/// <summary>One row of a saga's journal.</summary>
/// <param name="Seq">The number of the transition, from 1.</param>
/// <param name="MessageId">The id of the message that came.</param>
/// <param name="Event">The message.</param>
/// <param name="Outgoing">The messages that were sent.</param>
/// <param name="At">The time of the transition.</param>
/// <param name="Version">The version of the definition that decided.</param>
/// <param name="Remark">A note for the reader.</param>
sealed record JournalEntry(
    long Seq, Guid MessageId, string Event, IReadOnlyList<OutgoingEnvelope> Outgoing, DateTimeOffset At, int Version, string? Remark);
