using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Leases of deadlines that grow while the saga does not move, and an index by which each kind finds its own.</summary>
/// <remarks>
/// Replicas of the version before still run while this is applied. They write neither column, so a lease belongs to the saga's version
/// at which it was taken: once any replica has moved the saga, the columns mean nothing.
/// </remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261129000000_DeadlineLeases")]
public sealed class DeadlineLeases : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var time = migrationBuilder.IsSqlite() ? "TEXT" : "timestamptz";
        migrationBuilder.Sql(
            $"""
             -- First, since sagas can still be loaded while it is built.
             CREATE INDEX saga_due ON saga (kind, deadline, definition_version) WHERE deadline IS NOT NULL;
             ALTER TABLE saga ADD COLUMN leased_version bigint;
             ALTER TABLE saga ADD COLUMN leases integer NOT NULL DEFAULT 0;
             ALTER TABLE saga ADD COLUMN due_since {time};
             CREATE INDEX saga_told_in_vain ON saga (kind) WHERE leases > 2;
             DROP INDEX saga_deadline;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE INDEX saga_deadline ON saga (deadline) WHERE deadline IS NOT NULL;
        DROP INDEX saga_told_in_vain;
        DROP INDEX saga_due;
        ALTER TABLE saga DROP COLUMN due_since;
        ALTER TABLE saga DROP COLUMN leases;
        ALTER TABLE saga DROP COLUMN leased_version;
        """);
}
