using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Messages that were set aside.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261123000000_DeadLetters")]
public sealed class DeadLetterTable : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time, json) = migrationBuilder.IsSqlite() ? ("TEXT COLLATE NOCASE", "TEXT", "TEXT") : ("uuid", "timestamptz", "json");
        migrationBuilder.Sql(
            $"""
             CREATE TABLE dead_letter (
                 id             {id} PRIMARY KEY,
                 at             {time} NOT NULL,
                 source_queue   text NOT NULL,
                 message_id     {id},
                 message_type   text,
                 saga_id        {id},
                 reason         text NOT NULL,
                 stack          text,
                 headers        {json} NOT NULL,
                 body           text NOT NULL,
                 body_is_base64 boolean NOT NULL
             );
             CREATE INDEX dead_letter_saga ON dead_letter (saga_id);
             CREATE INDEX dead_letter_at ON dead_letter (at);
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE dead_letter;");
}
