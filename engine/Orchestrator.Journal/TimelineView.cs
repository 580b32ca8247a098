using Orchestrator.Storage.Views;

namespace Orchestrator.Journal;

/// <summary>The view <c>saga_timeline</c>: every transition in plain columns.</summary>
static class TimelineView
{
    // Raise it with every change of the statement below.
    const int Version = 1;

    public static StoredView Of(bool sqlite)
    {
        var sent = sqlite
            ? "(SELECT group_concat(json_extract(o.value, '$.messageType'), ', ') FROM json_each(j.outgoing) o)"
            : "(SELECT string_agg(o ->> 'messageType', ', ') FROM json_array_elements(j.outgoing) o)";
        var (source, causation) = sqlite
            ? ("json_extract(j.event, '$.source')", "json_extract(j.event, '$.causationId')")
            : ("j.event ->> 'source'", "(j.event ->> 'causationId')::uuid");
        return new StoredView(
            "saga_timeline", "journal", new ViewRevision(Version, 0),
            $"""
             SELECT j.kind, j.saga_id, s.business_key, j.seq, j.at, j.message_type AS event, {source} AS source,
                    j.from_state, j.to_state, {sent} AS sent, j.remark, j.actor, j.message_id, {causation} AS causation_id, j.trace_id
             FROM journal j JOIN saga s ON s.kind = j.kind AND s.id = j.saga_id
             """);
    }
}
