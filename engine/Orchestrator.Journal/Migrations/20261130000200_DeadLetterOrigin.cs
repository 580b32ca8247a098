using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>By which exchange a dead letter came, and what kind of reason it was set aside for.</summary>
/// <remarks>Workers of the version before write neither; what they keep is known by its words.</remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000200_DeadLetterOrigin")]
public sealed class DeadLetterOrigin : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE dead_letter ADD COLUMN exchange text;
        ALTER TABLE dead_letter ADD COLUMN reason_class text;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE dead_letter DROP COLUMN exchange;
        ALTER TABLE dead_letter DROP COLUMN reason_class;
        """);
}
