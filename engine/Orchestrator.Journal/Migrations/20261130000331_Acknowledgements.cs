using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Differences between the books that somebody has settled by hand.</summary>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000331_Acknowledgements")]
public sealed class Acknowledgements : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time) = migrationBuilder.IsSqlite() ? ("TEXT COLLATE NOCASE", "TEXT") : ("uuid", "timestamptz");
        migrationBuilder.Sql(
            $"""
             CREATE TABLE acknowledged_difference (
                 id              {id} PRIMARY KEY,
                 order_id        {id} NOT NULL,
                 difference      text NOT NULL,
                 found           text NOT NULL,
                 acknowledged_at {time} NOT NULL,
                 acknowledged_by text NOT NULL,
                 reason          text NOT NULL
             );
             CREATE INDEX acknowledged_difference_order ON acknowledged_difference (order_id);
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE acknowledged_difference;");
}
