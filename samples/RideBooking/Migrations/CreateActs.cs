using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What drivers, fares and passengers did for rides: a table each.</summary>
[DbContext(typeof(RidesSchema))]
[Migration("20261123000000_Acts")]
public sealed class CreateActs : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var (id, time, end) = migrationBuilder.IsSqlite()
            ? ("TEXT COLLATE NOCASE", "TEXT", "WITHOUT ROWID")
            : ("uuid", "timestamptz", "");
        Create(ActTables.Drivers, "");
        Create(ActTables.Fares, " minor_units bigint, currency text CHECK ((currency IS NULL) = (minor_units IS NULL)),");
        Create(ActTables.Passengers, "");

        // status: empty only within the transaction that decides it. said: a refusal's reason, or what a success gave.
        void Create(string table, string more) => migrationBuilder.Sql($"""
            CREATE TABLE {table} (
                ride_id {id} NOT NULL,
                act     text NOT NULL,
                epoch   integer NOT NULL,
                status  text CHECK (status IN ('Done', 'Refused', 'Undone')),
                said    text,
                at      {time} NOT NULL,{more}
                PRIMARY KEY (ride_id, act, epoch)
            ) {end};
            """);
    }
}
