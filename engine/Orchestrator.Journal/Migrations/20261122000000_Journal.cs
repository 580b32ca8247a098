using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Sagas, their journal, and when a host last stopped cleanly.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261122000000_Journal")]
public sealed class JournalTables : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var sqlite = migrationBuilder.IsSqlite();
        // json, not jsonb: event and outgoing must come back byte for byte.
        var (id, time, json, jsonb) = sqlite ? ("TEXT COLLATE NOCASE", "TEXT", "TEXT", "TEXT") : ("uuid", "timestamptz", "json", "jsonb");
        migrationBuilder.Sql(
            $"""
             CREATE TABLE saga (
                 kind               text NOT NULL,
                 id                 {id} NOT NULL,
                 business_key       text NOT NULL,
                 state              text NOT NULL,
                 step               text,
                 version            bigint NOT NULL CHECK (version > 0),
                 last_message_id    {id} NOT NULL,
                 definition_version integer NOT NULL,
                 data               {jsonb} NOT NULL,
                 deadline           {time},
                 created_at         {time} NOT NULL,
                 updated_at         {time} NOT NULL,
                 completed_at       {time},
                 PRIMARY KEY (kind, id)
             );
             CREATE INDEX saga_unfinished ON saga (kind, state, updated_at) WHERE completed_at IS NULL;
             CREATE INDEX saga_completed ON saga (completed_at) WHERE completed_at IS NOT NULL;
             CREATE INDEX saga_business_key ON saga (business_key);

             CREATE TABLE journal (
                 kind               text NOT NULL,
                 saga_id            {id} NOT NULL,
                 seq                bigint NOT NULL CHECK (seq > 0),
                 message_id         {id} NOT NULL,
                 message_type       text NOT NULL,
                 event              {json} NOT NULL,
                 from_state         text,
                 to_state           text NOT NULL,
                 outgoing           {json} NOT NULL,
                 definition_version integer NOT NULL,
                 actor              text,
                 trace_id           text,
                 at                 {time} NOT NULL,
                 PRIMARY KEY (kind, saga_id, seq),
                 UNIQUE (kind, saga_id, message_id)
             );

             CREATE TABLE clean_stop (
                 host text PRIMARY KEY,
                 at   {time} NOT NULL
             );
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("DROP TABLE clean_stop; DROP TABLE journal; DROP TABLE saga;");
}
