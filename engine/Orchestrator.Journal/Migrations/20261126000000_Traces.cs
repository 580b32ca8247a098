using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Sagas that know the trace that they began in.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261126000000_Traces")]
public sealed class Traces : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE saga ADD COLUMN traceparent text;");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE saga DROP COLUMN traceparent;");
}
