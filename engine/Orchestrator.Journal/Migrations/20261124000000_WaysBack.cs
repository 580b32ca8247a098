using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Deadlines that can be found, remarks in the timeline, and steps that operators hold.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261124000000_WaysBack")]
public sealed class WaysBack : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var sqlite = migrationBuilder.IsSqlite();
        var (id, time, number) = sqlite ? ("TEXT COLLATE NOCASE", "TEXT", "REAL") : ("uuid", "timestamptz", "double precision");
        migrationBuilder.Sql(
            $"""
             ALTER TABLE journal ADD COLUMN remark text;
             CREATE INDEX saga_deadline ON saga (deadline) WHERE deadline IS NOT NULL;
             CREATE INDEX saga_without_deadline ON saga (kind) WHERE deadline IS NULL AND completed_at IS NULL;

             CREATE TABLE step_hold (
                 id            {id} PRIMARY KEY,
                 kind          text NOT NULL,
                 step          text NOT NULL,
                 held_at       {time} NOT NULL,
                 held_by       text NOT NULL,
                 held_note     text NOT NULL,
                 released_at   {time},
                 released_by   text,
                 released_note text,
                 per_second    {number}
             );
             CREATE UNIQUE INDEX step_hold_active ON step_hold (kind, step) WHERE released_at IS NULL;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "DROP TABLE step_hold; DROP INDEX saga_deadline; DROP INDEX saga_without_deadline; ALTER TABLE journal DROP COLUMN remark;");
}
