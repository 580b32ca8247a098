namespace Orchestrator.Journal;

/// <summary>What a finished saga said last.</summary>
public static class LastMessages
{
    /// <summary>
    /// Of each undo the last that was sent, and the events of its end: whoever has handled them already answers as before, and whoever
    /// has not, or has forgotten it, does it now.
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
            // Events are answers too: to operators, and to those who came too late.
            .. rows.Select(row => row.Where(sent => sent.IsEvent && kind.Ends.Contains(sent.MessageType)))
                .LastOrDefault(events => events.Any(), []),
        ];
    }
}
