using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>The tables of a party in their first version.</summary>
public sealed class FirstVersion(DbContextOptions<FirstVersion> options) : DbContext(options);

/// <summary>The same tables, one migration later.</summary>
public sealed class SecondVersion(DbContextOptions<SecondVersion> options) : DbContext(options);

[DbContext(typeof(FirstVersion)), Migration("20260101000000_First")]
public sealed class First : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE TABLE thing (id int PRIMARY KEY)");
}

[DbContext(typeof(SecondVersion)), Migration("20260101000000_First")]
public sealed class FirstAgain : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE TABLE thing (id int PRIMARY KEY)");
}

[DbContext(typeof(SecondVersion)), Migration("20260202000000_Second")]
public sealed class Second : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE thing ADD COLUMN colour text");
}

/// <summary>Tables that take some seconds to make, on PostgreSQL.</summary>
public sealed class SlowVersion(DbContextOptions<SlowVersion> options) : DbContext(options);

[DbContext(typeof(SlowVersion)), Migration("20260101000000_Slow")]
public sealed class Slow : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("CREATE TABLE thing AS SELECT 1 AS id FROM pg_sleep(3)");
}
