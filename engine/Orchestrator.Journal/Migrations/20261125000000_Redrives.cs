using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Who sent a dead letter back to its queue, when and why.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261125000000_Redrives")]
public sealed class Redrives : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var time = migrationBuilder.IsSqlite() ? "TEXT" : "timestamptz";
        migrationBuilder.Sql(
            $"""
             ALTER TABLE dead_letter ADD COLUMN redriven_at {time};
             ALTER TABLE dead_letter ADD COLUMN redriven_by text;
             ALTER TABLE dead_letter ADD COLUMN redriven_note text;
             CREATE INDEX dead_letter_open ON dead_letter (at, id) WHERE redriven_at IS NULL;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP INDEX dead_letter_open;
        ALTER TABLE dead_letter DROP COLUMN redriven_at;
        ALTER TABLE dead_letter DROP COLUMN redriven_by;
        ALTER TABLE dead_letter DROP COLUMN redriven_note;
        """);
}
