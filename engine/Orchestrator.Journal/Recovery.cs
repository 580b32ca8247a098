using System.Runtime.CompilerServices;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>
/// For a transport that loses its messages when the process dies: finds recorded messages that a receiver may still wait for.
/// </summary>
/// <param name="store">The journal's store.</param>
/// <param name="host">The name of this process among those that share the journal. Each has its own record of clean stops.</param>
public sealed class Recovery(IJournalStore store, string host)
{
    const string Candidates =
        """
        FROM saga s JOIN journal j ON j.kind = s.kind AND j.saga_id = s.id
        WHERE s.kind = @kind AND s.state <> 'Suspended' AND (s.completed_at IS NULL OR s.completed_at >= coalesce((SELECT c.at
            FROM clean_stop c WHERE c.host = @host), s.completed_at))
        ORDER BY s.id, j.seq
        """;

    /// <summary>A saga to drive again.</summary>
    /// <param name="Saga">As it stands.</param>
    /// <param name="Outgoing">Its events, and its commands that are still awaited.</param>
    /// <param name="Problem">Why its rows can't be read; absent when they can. Such a saga can't be driven again; other sagas can.</param>
    public sealed record Unsettled(SagaRow Saga, IReadOnlyList<OutgoingEnvelope> Outgoing, string? Problem = null);

    /// <summary>Every unfinished saga, and every saga finished since the last clean stop; streamed.</summary>
    public async IAsyncEnumerable<Unsettled> Find(ISagaKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sqlite = store.Database.Dialect == Dialect.Sqlite;
        await using var connection = await store.Database.Open(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
             SELECT s.kind, s.id, s.business_key, s.state, s.step, s.version, s.last_message_id, s.definition_version,
                 {(sqlite ? "s.data" : "s.data::text")},
                    s.deadline, s.created_at, s.updated_at, s.completed_at, s.traceparent, j.outgoing
             {Candidates}
             """;
        foreach (var (name, value) in new[] { ("kind", kind.Name), ("host", host) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Unsettled? current = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            var saga = JournalReader.Saga(reader, LoadedColumns.TimeOf(store.Database));
            if (saga.DefinitionVersion > kind.DefinitionVersion)
                throw new NewerDefinitionException(kind.Name, saga.Id, saga.DefinitionVersion, kind.DefinitionVersion);
            if (current is not null && current.Saga.Id != saga.Id)
            {
                yield return current;
                current = null;
            }

            var (outgoing, problem) = Read(kind, saga, reader.GetString(14));
            current = new Unsettled(saga, [.. current?.Outgoing ?? [], .. outgoing], current?.Problem ?? problem);
        }

        if (current is not null)
            yield return current;
    }

    static (IReadOnlyList<OutgoingEnvelope> Outgoing, string? Problem) Read(ISagaKind kind, SagaRow saga, string outgoing)
    {
        try
        {
            return (SagaJournal.StillOfUse(kind, saga, OutgoingEnvelope.FromJson(outgoing)), null);
        }
#pragma warning disable CA1031 // An error in a row concerns one saga only.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ([], e.Message);
        }
    }

    /// <summary>Notes that nothing was under way when this host stopped.</summary>
    public async Task StoppedCleanly(CancellationToken cancellationToken)
    {
        var now = await store.Now(cancellationToken);
        await store.Database.Write(
            sql => sql.Execute(
                "INSERT INTO clean_stop (host, at) VALUES (@host, @at) ON CONFLICT (host) DO UPDATE SET at = excluded.at", ("host", host),
                ("at", now)),
            cancellationToken);
    }
}
