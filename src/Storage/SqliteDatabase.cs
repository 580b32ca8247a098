using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

/// <summary>One SQLite file: readers side by side, and one writer whose commits are shared.</summary>
/// <remarks>
/// SQLite has one writer at a time. So all writes of the process go through one thread, which takes whatever waits,
/// runs each in a savepoint of its own, and commits them together (group commit): one fsync for many. Work that fails
/// fails alone.
/// </remarks>
public sealed class SqliteDatabase : Database
{
    const int LargestBatch = 256;
    const int Busy = 5, Locked = 6, IoError = 10, Full = 13;

    readonly string _connectionString;
    readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    readonly SqliteConnection _writer;
    readonly Task _loop;

    /// <summary>Opens the file, and creates it when it is new.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="time">The clock of the process.</param>
    /// <param name="logger">Told of a database that does not answer.</param>
    /// <exception cref="SqliteException">The file can't be opened, or is no SQLite database.</exception>
    public SqliteDatabase(string path, TimeProvider time, ILogger<SqliteDatabase> logger) : base(time, logger)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 5 }.ToString();
        _writer = new SqliteConnection(_connectionString);
        try
        {
            _writer.Open();
            Pragmas(_writer);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }

        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Sqlite;

    /// <inheritdoc />
    public override async Task<DbConnection> Open(CancellationToken cancellationToken = default)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked or IoError or Full };

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) =>
        options.UseSqlite(_connectionString, sqlite => sqlite.MigrationsHistoryTable($"{party}_migrations"));

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    /// <inheritdoc />
    protected override async Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(item), this);
        return await item.Result;
    }

    /// <inheritdoc />
    protected override async Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        return await work(new Sql(connection, null, Dialect, cancellationToken));
    }

    static void Pragmas(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        command.ExecuteNonQuery();
    }

    void Loop()
    {
        var batch = new List<Work>(LargestBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var work))
                batch.Add(work);
            RunTogether(batch);
            batch.Clear();
        }
    }

    void RunTogether(List<Work> batch)
    {
        try
        {
            // BEGIN IMMEDIATE: the write lock is taken before anything is read, so that nothing read can be stale.
            using var transaction = _writer.BeginTransaction(deferred: false);
            var sql = new Sql(_writer, transaction, Dialect, CancellationToken.None);
            foreach (var work in batch)
            {
                transaction.Save("work");
                if (!work.Run(sql))
                    transaction.Rollback("work");
                transaction.Release("work");
            }

            transaction.Commit();
        }
        catch (SqliteException e)
        {
            foreach (var work in batch)
                work.Fail(e);
            return;
        }

        foreach (var work in batch)
            work.Finish();
    }

    abstract class Work
    {
        /// <summary>Runs the work; false when it failed and must be rolled back.</summary>
        public abstract bool Run(Sql sql);

        /// <summary>Tells the caller, once the commit is on disk.</summary>
        public abstract void Finish();

        public abstract void Fail(Exception exception);
    }

    sealed class Work<T>(Func<Sql, Task<T>> work) : Work
    {
        readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>? _outcome;

        public Task<T> Result => _result.Task;

        public override bool Run(Sql sql)
        {
            try
            {
                // SQLite's driver completes synchronously: this never blocks on anything but the file.
                var outcome = work(sql);
                outcome.GetAwaiter().GetResult();
                _outcome = outcome;
                return true;
            }
#pragma warning disable CA1031 // Whatever the caller's work throws belongs to the caller, not to the others in the batch.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _outcome = Task.FromException<T>(e);
                return false;
            }
        }

        public override void Finish() => _result.TrySetFromTask(_outcome!);

        public override void Fail(Exception exception) => _result.TrySetException(exception);
    }
}
