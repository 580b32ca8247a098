using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Which table each version of a saga's definition has been run with.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000000_Definitions")]
public sealed class Definitions : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var time = migrationBuilder.IsSqlite() ? "TEXT" : "timestamptz";
        migrationBuilder.Sql(
            $"""
             CREATE TABLE saga_definition (
                 kind text NOT NULL,
                 version integer NOT NULL,
                 format integer NOT NULL,
                 steps text NOT NULL,
                 recorded_at {time} NOT NULL,
                 PRIMARY KEY (kind, version)
             );
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE saga_definition");
}
