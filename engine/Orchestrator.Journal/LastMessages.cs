namespace Orchestrator.Journal;

/// <summary>The last messages of a finished saga.</summary>
public static class LastMessages
{
    /// <summary>
    /// The last sending of each undo, and the events of the saga's end. A receiver that has handled such a message answers as before. A
    /// receiver that has not, or has lost it, handles it now.
    /// </summary>
    /// <param name="store">The journal's store.</param>
    /// <param name="kind">The kind of saga.</param>
    /// <param name="sagaId">The saga.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<IReadOnlyList<OutgoingEnvelope>> Of(
        IJournalStore store, ISagaKind kind, Guid sagaId, CancellationToken cancellationToken = default)
    {
        var rows = await store.Database.Read(
            sql => sql.Query(
                "SELECT outgoing FROM journal WHERE kind = @kind AND saga_id = @id ORDER BY seq",
                row => OutgoingEnvelope.FromJson(row.GetString(0)), ("kind", kind.Name), ("id", sagaId)),
            cancellationToken);
        return
        [
            .. rows.SelectMany(row => row).Where(sent => sent.IsUndo).GroupBy(sent => sent.Step).Select(step => step.Last()),
            // Only the events of the end: other events answer operators, or senders that came too late.
            .. rows.Select(row => row.Where(sent => sent.IsEvent && kind.Ends.Contains(sent.MessageType)))
                .LastOrDefault(events => events.Any(), []),
        ];
    }
}
