using System.Diagnostics;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The row of a saga can't be read for a minute. Then an operator repairs it and redrives its dead letters.</summary>
sealed class SpoilRow(Liveness liveness, IReadOnlyDictionary<string, string> workers) : Fault("saga's row unreadable")
{
    // Its answers, its cancellation, and its deadline several times: after 5 s, 20 s and 80 s.
    const int MostLetters = 8;

    // The newest saga, since it still has steps to do.
    const string Spoil = """
        UPDATE saga SET data = '{"steps":5}' FROM (
            SELECT kind, id, data FROM saga WHERE completed_at IS NULL AND state = 'Running'
            ORDER BY created_at DESC LIMIT 1 FOR UPDATE) old
        WHERE saga.kind = old.kind AND saga.id = old.id
        RETURNING saga.id, old.data::text
        """;

    static readonly TimeSpan Lasts = TimeSpan.FromSeconds(60), UntilSetAside = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromSeconds(30);

    readonly HashSet<Guid> _spoilt = [];

    /// <summary>The sagas whose messages were set aside for a while.</summary>
    public IReadOnlyCollection<Guid> Spoilt => _spoilt;

    public override bool IsOverlapped => true;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var found = await Found(stop);
        if (found is not (var saga, var data))
            return new("there was no saga to spoil");
        lock (_spoilt)
            _spoilt.Add(saga);
        await Task.Delay(Lasts, stop);
        var letters = await Letters(saga, "TRUE");
        // A process that read the row before may have written it meanwhile.
        await liveness.Books.Of("orchestrator").Write(sql => sql.Execute(
            """UPDATE saga SET data = @data::jsonb WHERE id = @saga AND data = '{"steps":5}'""", ("data", data), ("saga", saga)), stop);
        await Mend(saga, stop);
        return new(
            FormattableString.Invariant($"{saga} for {Lasts.TotalSeconds} s; {letters} of its messages were set aside"),
            letters <= MostLetters
                ? null
                : FormattableString.Invariant(
                    $"the row of saga {saga} could not be read for {Lasts.TotalSeconds} s, and {letters} of its messages were set aside"));
    }

    async Task<(Guid Saga, string Data)?> Found(CancellationToken stop)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(50, stop))
        {
            var found = await liveness.Books.Of("orchestrator")
                .Write(sql => sql.Query(Spoil, row => (row.GetGuid(0), row.GetString(1))), stop);
            if (found is [var one])
                return one;
        }

        return null;
    }

    async Task Mend(Guid saga, CancellationToken stop)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience;)
        {
            await Task.Delay(UntilSetAside, stop);
            if (await Letters(saga, "redriven_at IS NULL") == 0)
                return;
            await WorkerCommand.Run(workers, ["redrive", "--all", "--by", "chaos", "--note", "the row is readable again"]);
        }
    }

    Task<long> Letters(Guid saga, string which) =>
        liveness.Books.Count("orchestrator", $"SELECT count(*) FROM dead_letter WHERE saga_id = @saga AND {which}", ("saga", saga));
}
