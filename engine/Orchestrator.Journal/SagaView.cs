using Orchestrator.Engine;
using Orchestrator.Journal.Search;
using Orchestrator.Storage.Views;

namespace Orchestrator.Journal;

/// <summary>A view per saga kind with plain columns, by the kind's definition.</summary>
static class SagaView
{
    // Raise it with every change of the statement below.
    const int Format = 2;

    public static StoredView Of(ISagaKind kind, bool sqlite) => new(
        kind.Name.Replace('-', '_'), "saga", new ViewRevision(kind.DefinitionVersion, Format), Select(kind.Name, kind.Columns, sqlite))
    {
        Obstacle = sql => SagaSearch.Missing(sql, kind),
    };

    static string Select(string kind, IReadOnlyList<SagaColumn> columns, bool sqlite)
    {
        var searched = columns.Where(column => column.IsSearched).ToList();
        var shown = string.Concat(columns.Select(column => $", {Shown(column)} AS \"{column.Name}\""));
        var joined = string.Concat(searched.Select((column, i) =>
            $"\nLEFT JOIN saga_search q{i} ON q{i}.kind = s.kind AND q{i}.saga_id = s.id AND q{i}.name = '{column.Name}'"));
        // Of the awaited steps: the largest number of attempts, and the first time at which the saga acts by itself.
        var awaiting = $"('{StepStatus.Held}', '{StepStatus.Sent}', '{StepStatus.Uncertain}', '{StepStatus.Undoing}')";
        var holding = $"('{StepStatus.Sent}', '{StepStatus.Uncertain}', '{StepStatus.Done}', '{StepStatus.Undoing}')";
        // A damaged row counts as one without steps. It must not make the query fail for the other rows.
        var steps = sqlite
            ? "(SELECT value FROM json_each(s.data, '$.steps') WHERE type = 'object') r"
            : "jsonb_each(CASE jsonb_typeof(s.data -> 'steps') WHEN 'object' THEN s.data -> 'steps' END) r";
        string OfSteps(string what, string statuses) =>
            $"(SELECT {what} FROM {steps} WHERE {JsonText.At("r.value", "status", sqlite)} IN {statuses})";
        string Awaited(string what, string field, string type) =>
            OfSteps($"{what}(({JsonText.At("r.value", field, sqlite)}){type})", awaiting);
        // Versions that did not write the amounts with the step wrote them when they suspended the saga.
        string Held(string ofStep, string ofSuspension) =>
            $"CASE WHEN s.completed_at IS NULL THEN coalesce({OfSteps(ofStep, holding)}, {ofSuspension}) END";
        var money = Held(
            $"sum({JsonNumber.At("r.value", "moneyAtRisk.amount", sqlite)})",
            JsonNumber.At("s.data", "suspended.moneyAtRisk.amount", sqlite));
        var currency = Held($"max({JsonText.At("r.value", "moneyAtRisk.currency", sqlite)})", Extract("suspended.moneyAtRisk.currency"));
        var units = Held(
            $"sum({JsonNumber.At("r.value", "unitsHeld", sqlite)})", $"{JsonNumber.At("s.data", "suspended.unitsHeld", sqlite)}, 0");
        var (count, number, time) = sqlite ? ("", "integer", "") : ("::int", "bigint", "::timestamptz");
        var age = sqlite
            ? "CAST(round((julianday(coalesce(s.completed_at, 'now')) - julianday(s.created_at)) * 86400) AS integer)"
            : "round(extract(epoch FROM coalesce(s.completed_at, now()) - s.created_at))::bigint";
        return $"""
                SELECT s.id{shown}, s.state, s.step, {Awaited("max", "attempts", count)} AS attempts, {Awaited("min", "due", time)} AS next_try, s.deadline,
                       {Extract("refused.step")} AS refused_step, {Extract("refused.reason")} AS refused_reason,
                       {Extract("suspended.step")} AS suspended_step, {Extract("suspended.reason")} AS suspended_reason,
                       ({Extract("suspended.since")}){time} AS suspended_since, {money} AS money_at_risk,
                       {currency} AS money_at_risk_currency,
                       CAST({units} AS {number}) AS units_held, ({Extract("heldSince")}){time} AS held_since,
                       (SELECT j.message_type FROM journal j WHERE j.kind = s.kind AND j.saga_id = s.id AND j.seq = s.version) AS last_event,
                       {age} AS age, s.created_at, s.updated_at, s.completed_at
                FROM saga s{joined}
                WHERE s.kind = '{kind}'
                """;

        string Shown(SagaColumn column) =>
            column.IsSearched
            ? $"q{searched.IndexOf(column)}.value" : column.IsNumber ? JsonNumber.At("s.data", column.Path, sqlite) : Extract(column.Path);

        string Extract(string path) => JsonText.At("s.data", path, sqlite);
    }
}
