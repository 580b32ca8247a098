using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Which commands of operators that concern no single saga have been carried out, and how they were answered.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000100_SeenCommands")]
public sealed class SeenCommands : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time) = migrationBuilder.IsSqlite() ? ("TEXT COLLATE NOCASE", "TEXT") : ("uuid", "timestamptz");
        migrationBuilder.Sql(
            $"""
             CREATE TABLE seen_command (
                 message_id {id} NOT NULL,
                 message_type text NOT NULL,
                 at {time} NOT NULL,
                 waiting bigint NOT NULL DEFAULT 0,
                 problem text,
                 PRIMARY KEY (message_id, message_type)
             );
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE seen_command");
}
