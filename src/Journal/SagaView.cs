using Orchestrator.Sagas.Engine;
using Orchestrator.Storage.Views;

namespace Orchestrator.Journal;

/// <summary>A view per saga kind with plain columns, by the kind's definition.</summary>
static class SagaView
{
    // Goes up with every change of what is written here.
    const int Format = 1;

    public static StoredView Of(ISagaKind kind, bool sqlite) => new(
        kind.Name.Replace('-', '_'), "saga", new ViewRevision(kind.DefinitionVersion, Format), Select(kind.Name, kind.Columns, sqlite));

    static string Select(string kind, IReadOnlyList<SagaColumn> columns, bool sqlite)
    {
        var shown = string.Concat(columns.Select(column => $", {Extract(column.Path, sqlite)} AS {column.Name}"));
        // What is awaited: the most attempts, and the first time at which the saga acts of its own.
        var awaiting = $"('{StepStatus.Held}', '{StepStatus.Sent}', '{StepStatus.Uncertain}', '{StepStatus.Undoing}')";
        string Awaited(string what, string field, string type) => sqlite
            ? $"(SELECT {what}(r.value ->> '$.{field}') FROM json_each(s.data, '$.steps') r WHERE r.value ->> '$.status' IN {awaiting})"
            : $"(SELECT {what}((r.value ->> '{field}')::{type}) FROM jsonb_each(s.data -> 'steps') r WHERE r.value ->> 'status' IN {awaiting})";
        var (number, time) = sqlite ? ("", "") : ("::bigint", "::timestamptz");
        var age = sqlite
            ? "CAST(round((julianday(coalesce(s.completed_at, 'now')) - julianday(s.created_at)) * 86400) AS integer)"
            : "round(extract(epoch FROM coalesce(s.completed_at, now()) - s.created_at))::bigint";
        return $"""
                SELECT s.id{shown}, s.state, s.step, {Awaited("max", "attempts", "int")} AS attempts, {Awaited("min", "due", "timestamptz")} AS next_try, s.deadline,
                       {Extract("refused.step", sqlite)} AS refused_step, {Extract("refused.reason", sqlite)} AS refused_reason,
                       {Extract("suspended.step", sqlite)} AS suspended_step, {Extract("suspended.reason", sqlite)} AS suspended_reason,
                       ({Extract("suspended.since", sqlite)}){time} AS suspended_since, {Extract("suspended.moneyAtRisk.amount", sqlite)} AS money_at_risk,
                       {Extract("suspended.moneyAtRisk.currency", sqlite)} AS money_at_risk_currency,
                       ({Extract("suspended.unitsHeld", sqlite)}){number} AS units_held, ({Extract("heldSince", sqlite)}){time} AS held_since,
                       (SELECT j.message_type FROM journal j WHERE j.kind = s.kind AND j.saga_id = s.id AND j.seq = s.version) AS last_event,
                       {age} AS age, s.created_at, s.updated_at, s.completed_at
                FROM saga s WHERE s.kind = '{kind}'
                """;
    }

    static string Extract(string path, bool sqlite) =>
        sqlite ? $"s.data ->> '$.{path}'" : $"s.data #>> '{{{path.Replace('.', ',')}}}'";
}
