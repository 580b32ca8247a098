using System.Data.Common;
using System.Globalization;
using Orchestrator.Engine;

namespace Orchestrator.Journal.Holds;

/// <summary>Reads all holds of a kind of saga in one column, in either dialect.</summary>
static class ActiveHolds
{
    const char BetweenHolds = '\u001f', BetweenParts = '\u001e';

    /// <summary>The column.</summary>
    /// <param name="gather">The dialect's function that joins texts.</param>
    /// <param name="kind">The kind of saga, in the dialect's SQL.</param>
    public static string Column(string gather, string kind) =>
        $"""
         (SELECT {gather}(CASE WHEN h.command IS NULL THEN h.step
             ELSE h.command || '{BetweenParts}' || coalesce(CAST(h.probe_saga AS text) || '{BetweenParts}' || CAST(h.probe_version AS text),
                 '') END, '{BetweenHolds}')
          FROM step_hold h WHERE h.kind = {kind} AND h.released_at IS NULL)
         """;

    /// <summary>Reads the column.</summary>
    public static Circumstances Read(DbDataReader reader, int column, DateTimeOffset now)
    {
        if (reader.IsDBNull(column))
            return new Circumstances(now);
        var holds = reader.GetString(column).Split(BetweenHolds).ToLookup(hold => hold.Contains(BetweenParts, StringComparison.Ordinal));
        return new Circumstances(now, holds[false].ToHashSet(StringComparer.Ordinal))
        {
            Silent = holds[true].Select(hold => hold.Split(BetweenParts)).ToDictionary(parts => parts[0], ProbeOf, StringComparer.Ordinal),
        };
    }

    static Probe? ProbeOf(string[] parts) =>
        parts is [_, var saga, var version] ? new Probe(Guid.Parse(saga), long.Parse(version, CultureInfo.InvariantCulture)) : null;
}
