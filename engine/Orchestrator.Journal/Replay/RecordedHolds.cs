using System.Collections.Frozen;
using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal.Replay;

/// <summary>When steps of one kind of saga were held, by operators or by the breaker, as <c>step_hold</c> recorded it.</summary>
/// <remarks>
/// A transition does not record what was held when it was decided. A hold that began or ended within seconds of it may have counted or not.
/// So there may be several candidates. The right one is the one that leads to the recorded transition.
/// </remarks>
sealed class RecordedHolds
{
    // Holds and transitions have the store's time. But a transition may read the holds just before or after one is written.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // Each uncertain hold doubles the candidates.
    const int MostUncertain = 4;

    readonly IReadOnlyList<Hold> _holds;

    RecordedHolds(IReadOnlyList<Hold> holds) => _holds = holds;

    /// <summary>Reads what was ever held.</summary>
    public static async Task<RecordedHolds> Read(Database database, string kind, CancellationToken cancellationToken)
    {
        var time = LoadedColumns.TimeOf(database);
        return new(await database.Read(
            sql => sql.Query(
                "SELECT step, command, held_at, released_at FROM step_hold WHERE kind = @kind",
                row => new Hold(
                    row.IsDBNull(1) ? row.GetString(0) : row.GetString(1), row.IsDBNull(1), time(row, 2),
                    row.IsDBNull(3) ? DateTimeOffset.MaxValue : time(row, 3)),
                ("kind", kind)),
            cancellationToken));
    }

    /// <summary>What may have been held when a saga made a transition, the likeliest first.</summary>
    /// <param name="at">When it was.</param>
    /// <param name="saga">The saga.</param>
    /// <param name="version">Its version before the transition.</param>
    public IEnumerable<Circumstances> At(DateTimeOffset at, Guid saga, long version)
    {
        var near = _holds.Where(hold => hold.IsAround(at, Margin)).ToList();
        var certain = near.Where(hold => hold.Covers(at, Margin)).ToList();
        var uncertain = near.Except(certain).Take(MostUncertain).ToList();
        for (var chosen = (1 << uncertain.Count) - 1; chosen >= 0; chosen--)
        {
            var held = certain.Concat(uncertain.Where((_, i) => (chosen & (1 << i)) != 0)).ToList();
            var steps = held.Where(hold => hold.IsOperators).Select(hold => hold.Name).ToFrozenSet(StringComparer.Ordinal);
            var silent = held.Where(hold => !hold.IsOperators).Select(hold => hold.Name).Distinct(StringComparer.Ordinal).ToList();
            yield return Held(null);
            // The breaker lets one saga at a time try a command that it holds.
            if (silent.Count > 0)
                yield return Held(new Probe(saga, version));

            Circumstances Held(Probe? probe) => new(at, steps)
            {
                Silent = silent.ToFrozenDictionary(command => command, _ => probe, StringComparer.Ordinal),
            };
        }
    }

    sealed record Hold(string Name, bool IsOperators, DateTimeOffset From, DateTimeOffset To)
    {
        public bool Covers(DateTimeOffset at, TimeSpan margin) => From < at - margin && at + margin < To;

        public bool IsAround(DateTimeOffset at, TimeSpan margin) => From <= at + margin && at - margin <= To;
    }
}
