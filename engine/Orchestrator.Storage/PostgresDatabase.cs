using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Orchestrator.Storage;

/// <summary>A PostgreSQL database; transactions are READ COMMITTED and lock what they change.</summary>
public sealed class PostgresDatabase(NpgsqlDataSource source, TimeProvider time, ILogger<PostgresDatabase> logger)
    : Database(time, logger)
{
    // Errors that Npgsql does not call transient, although they say nothing about the work. An administrator or a limit ended the
    // statement, the transaction or the session, or the server is still the standby of a failover under way.
    static readonly HashSet<string> OutsideOfTheWork =
    [
        PostgresErrorCodes.QueryCanceled,
        PostgresErrorCodes.ReadOnlySqlTransaction,
        "25P03", // idle_in_transaction_session_timeout
        "25P04", // transaction_timeout, from PostgreSQL 17 on
        "57P05", // idle_session_timeout
    ];

    volatile bool _hasLetUsIn;

    const int PoolSize = 8, PreparedStatements = 64;

    // A plan is made once, often while the tables are almost empty, and the planner can't know how many rows a parameter holds. With these
    // options it looks up keys one by one, and never reads a whole table because that was short when the plan was made.
    const string StablePlans =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c "
        + "enable_material=off -c jit=off";

    /// <summary>
    /// A party's database. Its tables are in the schema with the party's name, unless the connection string names another search path.
    /// </summary>
    /// <param name="connectionString">Server, database and role.</param>
    /// <param name="party">The party that it belongs to.</param>
    /// <param name="time">The clock of this process.</param>
    /// <param name="logger">It is told when the server is away.</param>
    /// <param name="readsSlowly">
    /// True when this side may pause for long while it reads an answer, for example to compare large answers. The server must not take that
    /// for a lost connection.
    /// </param>
    public static PostgresDatabase Connect(
        string connectionString, string party, TimeProvider time, ILogger<PostgresDatabase> logger, bool readsSlowly = false)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        connection.SearchPath ??= party;
        connection.ApplicationName ??= party;
        // Two hosts of each of five parties stay below the 100 connections that a server allows by default.
        if (!connection.ShouldSerialize("Maximum Pool Size"))
            connection.MaxPoolSize = PoolSize;
        // The hosts have no Kerberos tickets, and a small image has no library to ask for them.
        if (!connection.ShouldSerialize("GSS Encryption Mode"))
            connection.GssEncryptionMode = GssEncryptionMode.Disable;
        SessionLimits.Probe(connection);
        Prepare(connection, readsSlowly);
        return new PostgresDatabase(Build(connection), time, logger);
    }

    // Parsing and planning cost more than most statements, so statements stay prepared. A session has no state of its own that needs a
    // reset. A connection string that sets Max Auto Prepare gets none of this: it may lead to a pooler that can't prepare
    // statements, and such a pooler takes no options either.
    static void Prepare(NpgsqlConnectionStringBuilder connection, bool readsSlowly)
    {
        if (connection.ShouldSerialize("Max Auto Prepare"))
            return;
        (connection.MaxAutoPrepare, connection.AutoPrepareMinUsages, connection.NoResetOnClose) = (PreparedStatements, 2, true);
        connection.Options = SessionLimits.AddTo(connection.Options ?? StablePlans, readsSlowly);
    }

    static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder connection)
    {
        var trust = Trust(connection);
        // A statement gets a span only in a recorded trace. Others belong to no message, or to many messages at once.
        var source = new NpgsqlDataSourceBuilder(connection.ToString()).ConfigureTracing(spans => spans
            .EnablePhysicalOpenTracing(false)
            .ConfigureCommandFilter(_ => Activity.Current is { Recorded: true })
            .ConfigureBatchFilter(_ => Activity.Current is { Recorded: true }));
        if (trust is not null)
            source.UseSslClientAuthenticationOptionsCallback(tls => tls.RemoteCertificateValidationCallback = trust.Check);
        return source.Build();
    }

    // With TLS this program checks the server's certificate itself, so that an error is one clear sentence.
    static ServerTrust? Trust(NpgsqlConnectionStringBuilder connection)
    {
        if (connection.SslMode != SslMode.VerifyFull)
            return null;
        var trust = connection.RootCertificate is { } file ? ServerTrust.In(file) : ServerTrust.OfSystem;
        // The driver calls another check only when it does not check the certificate itself.
        (connection.RootCertificate, connection.SslMode) = (null, SslMode.Require);
        return trust;
    }

    /// <summary>What is wrong with a connection string, as the rest of a sentence about it; null if it can be used.</summary>
    public static string? Problem(string connectionString)
    {
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(connection.Host))
                return "names no Host";
            if (connection.SslMode is SslMode.Require or SslMode.VerifyCA)
                return $"has SSL Mode={connection.SslMode}, which does not check the name of the server; VerifyFull checks the "
                    + $"certificate and the name";
            if (connection.RootCertificate is { } file)
                _ = ServerTrust.In(file);
            return null;
        }
        catch (FormatException e) when (e.Message.StartsWith("names ", StringComparison.Ordinal))
        {
            return $"has a Root Certificate that {e.Message}";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return $"can't be understood ({e.Message.TrimEnd('.')})";
        }
    }

    /// <summary>The server of a connection string: its host and port, or all hosts.</summary>
    public static string ServerOf(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) is var connection && IsOneOf(connection)
        ? connection.Host!
        : $"{connection.Host}:{connection.Port}";

    /// <summary>The schema of the tables, where the connection string names one.</summary>
    public string? SchemaName => new NpgsqlConnectionStringBuilder(source.ConnectionString).SearchPath?.Split(',')[0].Trim();

    /// <summary>The pool of connections.</summary>
    public NpgsqlDataSource Source => source;

    /// <summary>The server: its host and port, or all hosts.</summary>
    public string ServerName => ServerOf(source.ConnectionString);

    /// <inheritdoc />
    protected override string Name
    {
        get
        {
            var connection = new NpgsqlConnectionStringBuilder(source.ConnectionString);
            return $"{connection.Database ?? connection.Username ?? "of the default name"} at {ServerName}";
        }
    }

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Postgres;

    /// <inheritdoc />
    public override async Task<DbConnection> Open(CancellationToken cancellationToken = default) => await Connected(cancellationToken);

    async Task<NpgsqlConnection> Connected(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        _hasLetUsIn = true;
        return connection;
    }

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => Cause(exception) switch
    {
        PostgresException { SqlState: var state } when OutsideOfTheWork.Contains(state) => true,
        // None of several servers can be used: each is away, or none is the primary until a standby is promoted.
        NpgsqlException { InnerException: AggregateException servers } => servers.InnerExceptions.All(IsTransient),
        // The server accepted this process before. A password or a certificate is being replaced, or the database is being restored.
        PostgresException { SqlState: ['2', '8', ..] or PostgresErrorCodes.InvalidCatalogName } => _hasLetUsIn,
        NpgsqlException { InnerException: AuthenticationException or CertificateException } => _hasLetUsIn,
        NpgsqlException { InnerException: null, SqlState: null, Message: var said } when said.StartsWith(
            "SSL connection requested", StringComparison.Ordinal) => _hasLetUsIn,
        NpgsqlException { InnerException: null, SqlState: null } when IsOneOf(new(source.ConnectionString)) => true,
        NpgsqlException npgsql => npgsql.IsTransient,
        SocketException or TimeoutException => true,
        _ => false,
    };

    /// <inheritdoc />
    public override bool IsDuplicate(Exception exception) =>
        Cause(exception) is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <inheritdoc />
    public override bool IsLocked(Exception exception) =>
        Cause(exception) is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) =>
        options.UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable($"{party}_migrations", SchemaName));

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => source.DisposeAsync();

    static bool IsOneOf(NpgsqlConnectionStringBuilder servers) => servers.Host?.Contains(',', StringComparison.Ordinal) == true;

    /// <inheritdoc />
    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) => Allowed(async () =>
    {
        await using var connection = await Connected(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var result = await Whole(work, new Sql(connection, transaction, Dialect, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return result;
    });

    /// <inheritdoc />
    protected override async Task<T> ChangeOnce<T>(Func<Sql, Task<T>> work, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var connection = await Connected(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var sql = new Sql(connection, transaction, Dialect, cancellationToken);
        await sql.Execute(LockWatch.GiveUpAfter(patience));
        var result = await LockWatch.Run(this, connection.ProcessID, patience, () => Whole(work, sql), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc />
    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) => Allowed(async () =>
    {
        await using var connection = await Connected(cancellationToken);
        return await work(new Sql(connection, null, Dialect, cancellationToken));
    });

    /// <summary>
    /// True when a right or a table that a statement needs was taken away. That says nothing about the work that the statement is for.
    /// </summary>
    public static bool IsTakenAway(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName;

    /// <summary>
    /// Runs a statement. When a right or a table was taken away, only the work that needs it waits, and its name is noted for people.
    /// </summary>
    /// <param name="attempt">Runs it once.</param>
    public async Task<T> Allowed<T>(Func<Task<T>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (Exception e) when (Cause(e) is PostgresException refusal && IsTakenAway(refusal))
        {
            NoteForbidden(refusal.MessageText);
            throw;
        }
    }
}
