using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orchestrator.Storage;

/// <summary>A SQLite database for temporary data. It is in memory while it is small, then on disk, and ends when it is disposed.</summary>
/// <remarks>It has one connection, which its callers take in turns.</remarks>
public sealed class TemporaryDatabase : Database
{
    // With an empty name SQLite makes such a database.
    readonly SqliteConnection _connection = new("Data Source=;Pooling=False");
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>Opens an empty one.</summary>
    /// <param name="time">The clock of the process.</param>
    /// <param name="logger">It is told when the disk is full.</param>
    internal TemporaryDatabase(TimeProvider time, ILogger logger) : base(time, logger)
    {
        _connection.Open();
        using var command = _connection.CreateCommand();
        // Its data need not survive a crash, so nothing is synchronized to the disk.
        command.CommandText = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;"; // 32 MiB
        command.ExecuteNonQuery();
    }

    /// <summary>Opens an empty one.</summary>
    public static TemporaryDatabase Create() => new(TimeProvider.System, NullLogger.Instance);

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Sqlite;

    /// <inheritdoc />
    protected override string Name => "for temporary data";

    /// <inheritdoc />
    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A temporary database has one connection only.");

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => SqliteDatabase.IsPassing(Cause(exception));

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) => options.UseSqlite(_connection);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _turn.Dispose();
    }

    /// <inheritdoc />
    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) => InTurn(
        async () =>
        {
            await using var transaction = _connection.BeginTransaction();
            var result = await Whole(work, new Sql(_connection, transaction, Dialect, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    /// <inheritdoc />
    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        InTurn(() => work(new Sql(_connection, null, Dialect, cancellationToken)), cancellationToken);

    async Task<T> InTurn<T>(Func<Task<T>> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await use();
        }
        finally
        {
            _turn.Release();
        }
    }
}
