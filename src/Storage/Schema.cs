using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Orchestrator.Storage;

/// <summary>The tables of one party, brought to this version by EF Core migrations.</summary>
/// <remarks>
/// A party derives a context from <see cref="DbContext"/> for its migrations, each of which serves both dialects:
/// it asks <c>migrationBuilder.IsSqlite()</c> where their SQL differs.
/// </remarks>
public static class Schema
{
    /// <summary>Applies what is missing, under a lock: several replicas may start at once.</summary>
    /// <param name="database">Where the tables live.</param>
    /// <param name="party">Whose they are; names the history table, <c>party_migrations</c>.</param>
    /// <param name="create">Makes the party's context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static async Task Migrate<TContext>(
        Database database, string party, Func<DbContextOptions<TContext>, TContext> create, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        await using var context = create(Options<TContext>(database, party));
        var known = context.Database.GetMigrations().ToHashSet();
        var applied = await context.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } unknown)
            throw new NewerSchemaException(party, unknown);

        // EF Core marks a migration under way in SQLite by a table that a killed process leaves behind, and the next
        // would wait for it for ever. Whoever opens the file for writing has it to itself, so the mark is stale.
        if (database.Dialect == Dialect.Sqlite)
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS __EFMigrationsLock", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Options of a party's context.</summary>
    public static DbContextOptions<TContext> Options<TContext>(Database database, string party)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        database.Configure(options, party);
        // The migrations are SQL that a person can read, not generated from a snapshot of the model; there is none to compare with.
        options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
        return options.Options;
    }
}
