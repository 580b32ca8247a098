using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

/// <summary>One SQLite file: readers side by side, and one writer whose commits are shared.</summary>
/// <remarks>
/// SQLite has one writer at a time. So all writes of the process go through one thread. It takes all work that waits, runs each in a
/// savepoint of its own, and commits them together (group commit): one fsync for many. Work that fails does not harm the others. When it
/// ends the shared transaction, each of the others is run again in a transaction of its own.
/// </remarks>
public sealed class SqliteDatabase : Database
{
    const int LargestBatch = 256, BatchesBetweenTrims = 2_000;
    const int Busy = 5, Locked = 6, OutOfMemory = 7, IoError = 10, Full = 13, CannotOpen = 14, LockingProtocol = 15;

    // How long SQLite waits for the write of another process before it reports that. Then the work is logged and tried again.
    const int TimeoutInSeconds = 1;

    readonly string _connectionString;
    readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    readonly SqliteConnection _writer;
    readonly PreparedCommands _prepared;
    readonly Task _loop;
    Thread? _writerThread;

    /// <summary>Opens the file, and creates it when it is new; then only the user of this process can read it.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="time">The clock of the process.</param>
    /// <param name="logger">It is told when the database does not answer.</param>
    /// <exception cref="SqliteException">The file can't be opened, or is no SQLite database.</exception>
    public SqliteDatabase(string path, TimeProvider time, ILogger<SqliteDatabase> logger) : base(time, logger)
    {
        _connectionString =
            new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = TimeoutInSeconds }.ToString();
        _writer = new SqliteConnection(_connectionString);
        _prepared = new PreparedCommands(_writer);
        try
        {
            CreatePrivately(path);
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

    // The files that SQLite makes beside it get the same mode.
    static void CreatePrivately(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return;
        try
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // SQLite reports the error when it opens the file.
        }
    }

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Sqlite;

    /// <inheritdoc />
    protected override string Name => _writer.DataSource;

    /// <inheritdoc />
    public override async Task<DbConnection> Open(CancellationToken cancellationToken = default)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => IsPassing(Cause(exception));

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) =>
        options.UseSqlite(_connectionString, sqlite => sqlite.MigrationsHistoryTable($"{party}_migrations"));

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _prepared.Dispose();
        await _writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    /// <summary>True when SQLite fails for a reason that may pass: its disk, its memory, or the lock of another process.</summary>
    internal static bool IsPassing(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode: Busy or Locked or OutOfMemory or IoError or Full or CannotOpen or LockingProtocol,
    };

    /// <inheritdoc />
    protected override async Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Thread.CurrentThread == _writerThread)
            throw new InvalidOperationException("Work must not wait for another write: the writer would wait for itself.");
        var item = new Work<T>(work);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(item), this);
        await using var withdrawal = cancellationToken.UnsafeRegister(static (item, token) => ((Work)item!).Withdraw(token), item);
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
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"; // 64 MiB
        command.ExecuteNonQuery();
    }

    void Loop()
    {
        _writerThread = Thread.CurrentThread;
        var batch = new List<Work>(LargestBatch);
        var batches = 0;
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var work))
                batch.Add(work);
            RunTogether(batch);
            batch.Clear();
            if (++batches % BatchesBetweenTrims == 0)
                TrimLog();
        }
    }

    // SQLite writes its log from the start again only when no reader uses it, and readers that overlap leave no such moment. This
    // checkpoint makes the next reader wait an instant.
    void TrimLog()
    {
        try
        {
            using var command = _writer.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // A long reader is in the way; the next time will do.
        }
    }

    void RunTogether(List<Work> batch)
    {
        try
        {
            // BEGIN IMMEDIATE: the write lock is taken before anything is read, so that nothing read can be stale.
            using var transaction = _writer.BeginTransaction(deferred: false);
            foreach (var work in batch.Where(work => work.TryStart()))
            {
                transaction.Save("work");
                if (!work.Run(new Sql(_writer, transaction, Dialect, CancellationToken.None, _prepared)))
                    transaction.Rollback("work");
                transaction.Release("work");
            }

            transaction.Commit();
        }
#pragma warning disable CA1031 // The exception goes to the callers of this batch, and the writer goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Some errors and a stray ROLLBACK end the whole transaction, and a deferred constraint fails only at the
            // commit. Run alone, each meets its own errors only.
            foreach (var work in batch)
            {
                if (batch.Count == 1 || IsTransient(e))
                    work.Fail(e);
                else
                    RunTogether([work]);
            }

            return;
        }

        foreach (var work in batch)
            work.Finish();
    }

    abstract class Work
    {
        const int Waiting = 0, Started = 1, Withdrawn = 2;
        int _state;

        /// <summary>True when the work is to be run; from then on it can't be withdrawn.</summary>
        public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) != Withdrawn;

        /// <summary>Gives the work up, unless it has started.</summary>
        public void Withdraw(CancellationToken cancellationToken)
        {
            if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
                Cancel(cancellationToken);
        }

        /// <summary>Runs the work; false when it failed and must be rolled back.</summary>
        public abstract bool Run(Sql sql);

        /// <summary>Tells the caller, once the commit is on disk.</summary>
        public abstract void Finish();

        /// <summary>Tells the caller that nothing was committed: its own exception if there is one, else this one.</summary>
        public abstract void Fail(Exception exception);

        protected abstract void Cancel(CancellationToken cancellationToken);
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
                var outcome = Whole(work, sql);
                outcome.GetAwaiter().GetResult();
                _outcome = outcome;
                return true;
            }
#pragma warning disable CA1031 // An exception of the work goes to its caller, not to the others in the batch.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _outcome = Task.FromException<T>(e);
                return false;
            }
        }

        public override void Finish()
        {
            if (_outcome is not null)
                _result.TrySetFromTask(_outcome);
        }

        public override void Fail(Exception exception) =>
            _result.TrySetException(_outcome is { IsFaulted: true } ? _outcome.Exception.InnerExceptions : [exception]);

        protected override void Cancel(CancellationToken cancellationToken) => _result.TrySetCanceled(cancellationToken);
    }
}
