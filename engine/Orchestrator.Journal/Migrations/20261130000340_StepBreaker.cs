using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Holds of the engine beside those of operators: which command, and which saga tries it next.</summary>
/// <remarks>A worker of the version before takes such a hold for an operator's: it sends nothing either, and tries nothing.</remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000340_StepBreaker")]
public sealed class StepBreakerHolds : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time) = migrationBuilder.IsSqlite() ? ("TEXT COLLATE NOCASE", "TEXT") : ("uuid", "timestamptz");
        migrationBuilder.Sql(
            $"""
             ALTER TABLE step_hold ADD COLUMN command text;
             ALTER TABLE step_hold ADD COLUMN probe_at {time};
             ALTER TABLE step_hold ADD COLUMN probe_saga {id};
             ALTER TABLE step_hold ADD COLUMN probe_version bigint;
             DROP INDEX step_hold_active;
             CREATE UNIQUE INDEX step_hold_active ON step_hold (kind, step, coalesce(command, '')) WHERE released_at IS NULL;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        UPDATE step_hold SET released_at = held_at, released_by = held_by, released_note = 'the version before has no breaker' WHERE command IS NOT NULL AND released_at IS NULL;
        DROP INDEX step_hold_active;
        ALTER TABLE step_hold DROP COLUMN probe_version;
        ALTER TABLE step_hold DROP COLUMN probe_saga;
        ALTER TABLE step_hold DROP COLUMN probe_at;
        ALTER TABLE step_hold DROP COLUMN command;
        CREATE UNIQUE INDEX step_hold_active ON step_hold (kind, step) WHERE released_at IS NULL;
        """);
}
