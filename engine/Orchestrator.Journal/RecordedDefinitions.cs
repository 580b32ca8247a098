using Orchestrator.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>
/// Remembers the table of each version of a definition. Replicas that run side by side could not distinguish two tables of one version.
/// </summary>
public static class RecordedDefinitions
{
    /// <summary>Records the table of this process, or compares it with what was recorded under its version.</summary>
    /// <exception cref="DefinitionException">Another table was run under this version.</exception>
    public static async Task Check(Database database, ISagaKind kind, CancellationToken cancellationToken = default)
    {
        (string, object?)[] values =
        [
            ("kind", kind.Name), ("version", kind.DefinitionVersion), ("format", TableFingerprint.Format), ("steps", kind.Fingerprint),
            ("at", database.Time.GetUtcNow()),
        ];
        await database.Write(
            sql => sql.Execute(
                """
                INSERT INTO saga_definition (kind, version, format, steps, recorded_at) VALUES (@kind, @version, @format, @steps, @at)
                ON CONFLICT (kind, version) DO UPDATE SET format = excluded.format, steps = excluded.steps,
                    recorded_at = excluded.recorded_at
                WHERE saga_definition.format <> excluded.format
                """,
                values),
            cancellationToken);
        var recorded = await database.Read(
            sql => sql.First(
                "SELECT steps FROM saga_definition WHERE kind = @kind AND version = @version", row => row.GetString(0), values[..2]),
                cancellationToken);
        if (recorded == kind.Fingerprint)
            return;
        var (before, now) = (recorded!.Split('\n'), kind.Fingerprint.Split('\n'));
        var differences = before.Except(now).Select(line => $"gone: {line}").Concat(now.Except(before).Select(line => $"new: {line}"));
        throw new DefinitionException(
            kind.Name,
            $"its table is not the one that has run as version {kind.DefinitionVersion} "
            + $"({string.Join("; ", differences.DefaultIfEmpty("the order of the steps"))}). "
            + $"Give this table version {kind.DefinitionVersion + 1}, or run the table that had version {kind.DefinitionVersion}");
    }
}
