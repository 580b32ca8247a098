using Orchestrator.Sagas.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>A view per saga kind with plain columns, made anew from the definition at every start.</summary>
public static class SagaView
{
    /// <summary>The view's name: the kind's, with underscores.</summary>
    public static string Name(string kind) => kind.Replace('-', '_');

    /// <summary>Makes the view, or brings it to this definition.</summary>
    /// <param name="database">Where the journal lives.</param>
    /// <param name="kind">The kind of saga.</param>
    /// <param name="columns">What it shows of the data.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task Create(Database database, string kind, IReadOnlyList<SagaColumn> columns, CancellationToken cancellationToken = default)
    {
        var sqlite = database.Dialect == Dialect.Sqlite;
        var name = Name(kind);
        var select = Select(kind, columns, sqlite);
        return database.Write(
            async sql =>
            {
                // Several replicas may start at once.
                if (!sqlite)
                    await sql.Execute("SELECT pg_advisory_xact_lock(hashtext(@name))", ("name", name));
                await sql.Execute($"DROP VIEW IF EXISTS {name}");
                return await sql.Execute($"CREATE VIEW {name} AS {select}");
            },
            cancellationToken);
    }

    static string Select(string kind, IReadOnlyList<SagaColumn> columns, bool sqlite)
    {
        var shown = string.Concat(columns.Select(column => $", {Extract(column.Path, sqlite)} AS {column.Name}"));
        var awaiting = $"('{StepStatus.Sent}', '{StepStatus.Undoing}')";
        var attempts = sqlite
            ? $"(SELECT max(r.value ->> '$.attempts') FROM json_each(s.data, '$.steps') r WHERE r.value ->> '$.status' IN {awaiting})"
            : $"(SELECT max((r.value ->> 'attempts')::int) FROM jsonb_each(s.data -> 'steps') r WHERE r.value ->> 'status' IN {awaiting})";
        var age = sqlite
            ? "CAST(round((julianday(coalesce(s.completed_at, 'now')) - julianday(s.created_at)) * 86400) AS integer)"
            : "round(extract(epoch FROM coalesce(s.completed_at, now()) - s.created_at))::bigint";
        return $"""
                SELECT s.id{shown}, s.state, s.step, {attempts} AS attempts, s.deadline,
                       {Extract("refused.step", sqlite)} AS refused_step, {Extract("refused.reason", sqlite)} AS refused_reason,
                       (SELECT j.message_type FROM journal j WHERE j.kind = s.kind AND j.saga_id = s.id AND j.seq = s.version) AS last_event,
                       {age} AS age, s.created_at, s.updated_at, s.completed_at
                FROM saga s WHERE s.kind = '{kind}'
                """;
    }

    static string Extract(string path, bool sqlite) =>
        sqlite ? $"s.data ->> '$.{path}'" : $"s.data #>> '{{{path.Replace('.', ',')}}}'";
}
