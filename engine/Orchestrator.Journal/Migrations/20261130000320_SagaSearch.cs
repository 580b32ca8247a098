using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Journal.Migrations;

/// <summary>The values that sagas are searched by, in a table of their own, whose index a transition does not touch.</summary>
/// <remarks>
/// Triggers write them, in the statement that writes the saga: so a saga that a worker of the version before starts or moves is found as
/// well. On PostgreSQL <see cref="Search.SagaSearch"/> adds the trigger for changes, whose condition names the values.
/// </remarks>
[DbContext(typeof(JournalSchema))]
[Migration("20261130000320_SagaSearch")]
public sealed class SagaSearchTables : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var sqlite = migrationBuilder.IsSqlite();
        var id = sqlite ? "TEXT COLLATE NOCASE" : "uuid";
        migrationBuilder.Sql(
            $"""
             CREATE TABLE saga_search (
                 kind    text NOT NULL,
                 saga_id {id} NOT NULL,
                 name    text NOT NULL,
                 value   text,
                 PRIMARY KEY (kind, saga_id, name)
             );
             CREATE INDEX saga_search_value ON saga_search (name, value);

             CREATE TABLE saga_search_column (
                 kind      text NOT NULL,
                 name      text NOT NULL,
                 path      text NOT NULL,
                 filled_to {id} NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
                 is_filled boolean NOT NULL DEFAULT false,
                 PRIMARY KEY (kind, name)
             );
             """);
        migrationBuilder.Sql(sqlite ? Sqlite : Postgres);
    }

    // Longer values are cut, since an index has no room for them and a saga must not fail for that.
    const string Postgres =
        """
        CREATE FUNCTION saga_search_write() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
            INSERT INTO saga_search (kind, saga_id, name, value)
            SELECT NEW.kind, NEW.id, c.name, left(NEW.data #>> string_to_array(c.path, '.'), 500)
            FROM saga_search_column c
            WHERE c.kind = NEW.kind AND NEW.data #>> string_to_array(c.path, '.') IS DISTINCT FROM OLD.data #>> string_to_array(c.path, '.')
            ON CONFLICT (kind, saga_id, name) DO UPDATE SET value = excluded.value;
            RETURN NULL;
        END $$;
        CREATE TRIGGER saga_search_started AFTER INSERT ON saga FOR EACH ROW EXECUTE FUNCTION saga_search_write();
        """;

    static string Sqlite =>
        $"""
         CREATE TRIGGER saga_search_started AFTER INSERT ON saga BEGIN
             INSERT INTO saga_search (kind, saga_id, name, value)
             SELECT NEW.kind, NEW.id, c.name, substr({Value("NEW")}, 1, 500)
             FROM saga_search_column c WHERE c.kind = NEW.kind AND {Value("NEW")} IS NOT NULL
             ON CONFLICT (kind, saga_id, name) DO UPDATE SET value = excluded.value;
         END;
         CREATE TRIGGER saga_search_changed AFTER UPDATE OF data ON saga BEGIN
             INSERT INTO saga_search (kind, saga_id, name, value)
             SELECT NEW.kind, NEW.id, c.name, substr({Value("NEW")}, 1, 500)
             FROM saga_search_column c WHERE c.kind = NEW.kind AND {Value("NEW")} IS NOT {Value("OLD")}
             ON CONFLICT (kind, saga_id, name) DO UPDATE SET value = excluded.value;
         END;
         """;

    static string Value(string row) => $"CASE WHEN json_valid({row}.data) THEN {row}.data ->> ('$.' || c.path) END";

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(migrationBuilder.IsSqlite()
        ? "DROP TRIGGER saga_search_changed; DROP TRIGGER saga_search_started; DROP TABLE saga_search_column; DROP TABLE saga_search;"
        : "DROP FUNCTION saga_search_write CASCADE; DROP TABLE saga_search_column; DROP TABLE saga_search;");
}
