using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>Which saga has a business key that no other saga of its kind may have.</summary>
/// <remarks>
/// Sagas of the versions before may share a key: the first one has it. A table of its own, since it is written at the start of a saga only
/// and every further index on <c>saga</c> would be written by each transition.
/// </remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000350_SagaKeys")]
public sealed class SagaKeys : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var id = migrationBuilder.IsSqlite() ? "TEXT COLLATE NOCASE" : "uuid";
        migrationBuilder.Sql(
            $"""
             CREATE TABLE saga_key (
                 kind text NOT NULL,
                 key text NOT NULL,
                 saga_id {id} NOT NULL,
                 PRIMARY KEY (kind, key),
                 -- Two messages that start one saga at once with two keys: one of them gets neither.
                 UNIQUE (kind, saga_id)
             );
             INSERT INTO saga_key (kind, key, saga_id) SELECT kind, business_key, id FROM saga ORDER BY created_at, id ON CONFLICT DO NOTHING;
             """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE saga_key");
}
