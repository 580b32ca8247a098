using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Orchestrator.Storage;

/// <summary>The tables of one party, brought to this version by EF Core migrations.</summary>
/// <remarks>
/// A party derives a context from <see cref="DbContext"/> for its migrations, each of which serves both dialects:
/// it asks <c>migrationBuilder.IsSqlite()</c> where their SQL differs.
/// </remarks>
public static class Schema
{
    // A change waits this long for each lock while readers queue behind it. Then it lets them pass.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Applies what is missing, all or nothing, under a lock: several replicas may start at once.</summary>
    /// <remarks>
    /// It waits for a database that is away or busy, and for sessions that read a table that must change. When nothing is missing, it waits
    /// for no session. Every migration must be able to run in a transaction. It must not drop a view, because other views may be built on
    /// it: see <see cref="Views.StoredView"/>.
    /// </remarks>
    /// <param name="database">Where the tables live.</param>
    /// <param name="party">The party that they belong to. It names the history table, <c>party_migrations</c>.</param>
    /// <param name="create">Makes the party's context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static async Task Migrate<TContext>(
        Database database, string party, Func<DbContextOptions<TContext>, TContext> create, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        while (true)
        {
            try
            {
                await database.UntilItAnswers(
                    () => MigrateOnce(database, party, create, cancellationToken), database.IsTransient, cancellationToken);
                return;
            }
            catch (LockedException e)
            {
                database.TellLocked(party, e);
            }

            await Task.Delay(BetweenTries, database.Time, cancellationToken);
        }
    }

    /// <returns>How many migrations were missing.</returns>
    static async Task<int> MigrateOnce<TContext>(
        Database database, string party, Func<DbContextOptions<TContext>, TContext> create, CancellationToken cancellationToken)
        where TContext : DbContext
    {
        await using var context = create(Options<TContext>(database, party));
        await context.Database.OpenConnectionAsync(cancellationToken);
        if (database is not PostgresDatabase postgres)
            return await Missing(context.Database, party, cancellationToken) == 0
            ? 0 : await Apply(database, party, context, cancellationToken);

        // A change of a large table takes long. The time limit of a command is for small work.
        context.Database.SetCommandTimeout(0);
        var session = ((NpgsqlConnection)context.Database.GetDbConnection()).ProcessID;
        return await LockWatch.Run(
            postgres, session, Patience,
            async () =>
            {
                // The transaction is only for the lock timeout. When there is no history table yet, EF Core finds out by a failing query.
                await using (await Begin(context.Database, database, cancellationToken))
                {
                    if (await Missing(context.Database, party, cancellationToken) == 0)
                        return 0;
                }

                return await Apply(database, party, context, cancellationToken);
            },
            cancellationToken);
    }

    static async Task<IDbContextTransaction> Begin(DatabaseFacade context, Database database, CancellationToken cancellationToken)
    {
        var transaction = await context.BeginTransactionAsync(cancellationToken);
        if (database.Dialect == Dialect.Postgres)
            await context.ExecuteSqlRawAsync(LockWatch.GiveUpAfter(Patience), cancellationToken);
        return transaction;
    }

    // Reads the applied migrations while others read and write. EF Core itself would lock the history exclusively first.
    static async Task<int> Missing(DatabaseFacade context, string party, CancellationToken cancellationToken)
    {
        var known = context.GetMigrations().ToHashSet();
        var applied = (await context.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return applied.Find(migration => !known.Contains(migration)) is { } unknown
            ? throw new NewerSchemaException(party, unknown)
            : known.Count - applied.Count;
    }

    static async Task<int> Apply(Database database, string party, DbContext context, CancellationToken cancellationToken)
    {
        // EF Core's own lock ends with each migration on Postgres, and on SQLite it is a mark in a table, which a killed
        // process leaves behind. One transaction around all of them holds a true lock: SQLite's is the write lock.
        await using var transaction = await Begin(context.Database, database, cancellationToken);
        await context.Database.ExecuteSqlRawAsync(
            database.Dialect == Dialect.Postgres
                ? "SELECT pg_advisory_xact_lock(hashtext('orchestrator migrations'))"
                : "DROP TABLE IF EXISTS __EFMigrationsLock",
            cancellationToken);
        if (database is PostgresDatabase { SchemaName: { } schema })
            await CreateSchema(context.Database, schema, cancellationToken);
        // The history table is made here. On PostgreSQL, EF Core would look for it by a failing query, which would end the transaction.
        await context.Database.ExecuteSqlRawAsync(
            context.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(), cancellationToken);
        // Another replica may have been faster.
        var missing = await Missing(context.Database, party, cancellationToken);
        if (missing > 0)
            await context.Database.MigrateAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return missing;
    }

    // It looks first, because a role without the right to create schemas may not use IF NOT EXISTS either.
    static Task<int> CreateSchema(DatabaseFacade database, string schema, CancellationToken cancellationToken) =>
        database.ExecuteSqlRawAsync(
        """
        DO $create$ BEGIN
            IF to_regnamespace(quote_ident({0})) IS NULL THEN EXECUTE format('CREATE SCHEMA %I', {0}); END IF;
        END $create$
        """.Replace("{0}", $"'{schema.Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal),
        cancellationToken);

    /// <summary>Options of a party's context.</summary>
    public static DbContextOptions<TContext> Options<TContext>(Database database, string party)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        database.Configure(options, party);
        // The migrations are hand-written SQL, so there is no snapshot of a model to compare with. They run in a transaction of this class,
        // whose lock makes EF Core's lock unnecessary.
        options.ConfigureWarnings(warnings => warnings.Ignore(
            RelationalEventId.PendingModelChangesWarning, RelationalEventId.MigrationsUserTransactionWarning));
        return options.Options;
    }
}
