using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>
/// Which dead letter was the first of a message that failed again after it was sent back, and who discarded one, when and why.
/// </summary>
/// <remarks>Workers of the version before link nothing; each of theirs is the first of its message.</remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000330_DeadLetterChains")]
public sealed class DeadLetterChains : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time) = migrationBuilder.IsSqlite() ? ("TEXT COLLATE NOCASE", "TEXT") : ("uuid", "timestamptz");
        migrationBuilder.Sql(
            $"""
             ALTER TABLE dead_letter ADD COLUMN first_id {id};
             ALTER TABLE dead_letter ADD COLUMN discarded_at {time};
             ALTER TABLE dead_letter ADD COLUMN discarded_by text;
             ALTER TABLE dead_letter ADD COLUMN discarded_reason text;
             CREATE INDEX dead_letter_again ON dead_letter (first_id) WHERE first_id IS NOT NULL;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP INDEX dead_letter_again;
        ALTER TABLE dead_letter DROP COLUMN discarded_reason;
        ALTER TABLE dead_letter DROP COLUMN discarded_by;
        ALTER TABLE dead_letter DROP COLUMN discarded_at;
        ALTER TABLE dead_letter DROP COLUMN first_id;
        """);
}
