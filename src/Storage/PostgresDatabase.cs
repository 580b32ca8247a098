using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Orchestrator.Storage;

/// <summary>A PostgreSQL database; transactions are READ COMMITTED and lock what they change.</summary>
public sealed class PostgresDatabase(NpgsqlDataSource source, TimeProvider time, ILogger<PostgresDatabase> logger)
    : Database(time, logger)
{
    /// <summary>The pool of connections.</summary>
    public NpgsqlDataSource Source => source;

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Postgres;

    /// <inheritdoc />
    public override async Task<DbConnection> Open(CancellationToken cancellationToken = default) =>
        await source.OpenConnectionAsync(cancellationToken);

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => false,
        NpgsqlException npgsql => npgsql.IsTransient,
        SocketException or TimeoutException => true,
        _ => false,
    };

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) =>
        options.UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable($"{party}_migrations"));

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => source.DisposeAsync();

    /// <inheritdoc />
    protected override async Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var result = await work(new Sql(connection, transaction, Dialect, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc />
    protected override async Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await work(new Sql(connection, null, Dialect, cancellationToken));
    }
}
