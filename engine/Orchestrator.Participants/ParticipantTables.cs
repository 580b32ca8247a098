using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Participants;

/// <summary>Creates a participant's tables in a migration.</summary>
public static class ParticipantTables
{
    /// <summary>Creates the two tables of a <see cref="StateTable{TState}"/>.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="table">The name of the first.</param>
    /// <param name="columns">The columns of the state, with types of PostgreSQL, which SQLite accepts too: <c>number text, reserved_at
    /// timestamptz</c>.</param>
    public static void CreateParticipantTables(this MigrationBuilder migration, string table, string columns)
    {
        var (id, time, end) = migration.IsSqlite()
            ? ("TEXT COLLATE NOCASE", "TEXT", "WITHOUT ROWID")
            : ("uuid", "timestamptz", "");
        migration.Sql($"CREATE TABLE {table} (saga_id {id} NOT NULL PRIMARY KEY, {columns}, updated_at {time} NOT NULL) {end};");
        migration.Sql($"""
            CREATE TABLE {table}_act (
                saga_id {id} NOT NULL REFERENCES {table} (saga_id),
                act     text NOT NULL,
                epoch   integer NOT NULL,
                status  text NOT NULL CHECK (status IN ('Done', 'Refused', 'Undone', 'Intended', 'Undoing')),
                said    text,
                at      {time} NOT NULL,
                PRIMARY KEY (saga_id, act, epoch)
            ) {end};
            """);
    }
}
