using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>A database of either dialect, reached in transactions that are repeated until the database answers.</summary>
/// <remarks>
/// A database that is away or busy is not a failure of the message that needs it: the work waits and is tried again
/// until it succeeds or the host stops. So work must be safe to run twice: a commit whose answer was lost is run again.
/// </remarks>
public abstract partial class Database(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan BetweenTellings = TimeSpan.FromSeconds(5);

    // How long the handler of a message waits for rows that another session has locked.
    static readonly TimeSpan PatienceWithLocks = TimeSpan.FromSeconds(5);

    // A little more than the longest time that a deferred message may wait before it comes again.
    static readonly TimeSpan LongestForbidden = TimeSpan.FromMinutes(12);

    long _lastTold;
    Forbiddance? _forbidden;

    /// <summary>Which SQL it speaks.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>The clock of this process.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Runs the work in one transaction and commits it.</summary>
    /// <param name="work">
    /// Statements only: it must not wait for anything but the database. A statement that fails fails the work, even when
    /// the work catches its exception.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <returns>What the work returned, after the commit.</returns>
    public Task<T> Write<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken = default) =>
        UntilItAnswers(() => WriteOnce(work, cancellationToken), IsTransient, cancellationToken);

    /// <summary>As <see cref="Write{T}"/>, but it does not try again when a lock is not given within the session's limit.</summary>
    /// <exception cref="Exception">A lock was not given: see <see cref="IsLocked"/>.</exception>
    public Task<T> WriteUnlessLocked<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken = default) =>
        UntilItAnswers(() => WriteOnce(work, cancellationToken), e => IsTransient(e) && !IsLocked(e), cancellationToken);

    /// <summary>As <see cref="Write{T}"/>, for the handler of a message: it gives up after five seconds when rows stay locked.</summary>
    /// <exception cref="DeferredMessageException">Another session has locked rows that it needs. Nothing was written.</exception>
    public async Task<T> WriteOrDefer<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken = default)
    {
        var began = Time.GetTimestamp();
        try
        {
            return await UntilItAnswers(
                () => WriteOnce(HardlyWaiting(work), cancellationToken), e =>
                    IsTransient(e) && !(IsLocked(e) && Time.GetElapsedTime(began) >= PatienceWithLocks), cancellationToken);
        }
        catch (Exception e) when (IsLocked(e))
        {
            throw new DeferredMessageException("a row that it needs is locked by another session", e);
        }
    }

    // It hardly waits inside the transaction: between two tries it needs no connection, and connections are few.
    Func<Sql, Task<T>> HardlyWaiting<T>(Func<Sql, Task<T>> work) => Dialect != Dialect.Postgres ? work : async sql =>
    {
        await sql.Execute(FreeRows.HardlyWait);
        return await work(sql);
    };

    /// <summary>Runs one statement that writes, and commits it by itself.</summary>
    /// <remarks>
    /// On PostgreSQL the server commits it without another command of this process. So no row stays locked when this process freezes or
    /// dies.
    /// </remarks>
    /// <param name="statement">One statement; it must be safe to run twice.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public Task<T> WriteStatement<T>(Func<Sql, Task<T>> statement, CancellationToken cancellationToken = default) =>
        Dialect == Dialect.Postgres ? Read(statement, cancellationToken) : Write(statement, cancellationToken);

    /// <summary>
    /// Changes views or tables in one transaction, which does not wait long for sessions that read them. They may read for minutes, and
    /// later readers would have to wait behind the change.
    /// </summary>
    /// <param name="work">As for <see cref="Write{T}"/>.</param>
    /// <param name="patience">How long each lock is waited for.</param>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    /// <exception cref="LockedException">Another session held a lock for longer.</exception>
    public Task<T> Change<T>(Func<Sql, Task<T>> work, TimeSpan patience, CancellationToken cancellationToken = default) =>
        UntilItAnswers(() => ChangeOnce(work, patience, cancellationToken), IsTransient, cancellationToken);

    /// <summary>Asks once whether the database answers.</summary>
    /// <exception cref="Exception">It does not; the message says why.</exception>
    public Task Ping(CancellationToken cancellationToken) => ReadOnce(sql => sql.Execute("SELECT 1"), cancellationToken);

    /// <summary>Runs the work on a connection of its own, without a transaction around it.</summary>
    public Task<T> Read<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken = default) =>
        UntilItAnswers(() => ReadOnce(work, cancellationToken), IsTransient, cancellationToken);

    /// <summary>Opens a connection that the caller disposes of: for long reads.</summary>
    public abstract Task<DbConnection> Open(CancellationToken cancellationToken = default);

    /// <summary>True when the same work may succeed a moment later.</summary>
    public abstract bool IsTransient(Exception exception);

    /// <summary>True when another session has inserted a row of the same key meanwhile. Never true with one writer at a time.</summary>
    public virtual bool IsDuplicate(Exception exception) => false;

    /// <summary>
    /// True when the work waited for a lock as long as its session may; it holds no lock any more. Never true where there is one writer at
    /// a time. Such a failure is transient too.
    /// </summary>
    public virtual bool IsLocked(Exception exception) => false;

    /// <summary>Points an EF Core context at this database.</summary>
    /// <param name="options">The options to complete.</param>
    /// <param name="party">Whose context it is: each party has a migration history of its own.</param>
    public abstract void Configure(DbContextOptionsBuilder options, string party);

    /// <summary>Which database it is, for people.</summary>
    protected virtual string Name => Dialect.ToString();

    /// <summary>Locks the rows that a SELECT reads until the transaction ends. Empty on SQLite, which has one writer.</summary>
    public string ForUpdate => Dialect == Dialect.Postgres ? " FOR UPDATE" : "";

    /// <summary>
    /// Locks the rows that a SELECT reads and leaves out those that another session has locked. Empty on SQLite, which has one writer.
    /// </summary>
    public string SkipLocked => Dialect == Dialect.Postgres ? "FOR UPDATE SKIP LOCKED" : "";

    /// <summary>A condition: the column has one of a parameter's values, of which there may be any number.</summary>
    /// <param name="column">A column that holds ids or names.</param>
    /// <param name="parameter">The parameter's name; its value is an array of <see cref="Guid"/> or of text.</param>
    public string Among(string column, string parameter) =>
        Dialect == Dialect.Postgres ? $"{column} = ANY(@{parameter})" : $"{column} IN (SELECT value FROM json_each(@{parameter}))";

    /// <summary>
    /// Makes a database for temporary data of the caller. Like this one, it tries again while its disk is full.
    /// </summary>
    public TemporaryDatabase CreateTemporary() => new(Time, logger);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>The driver's exception, when EF Core has wrapped it; otherwise the exception itself.</summary>
    protected static Exception Cause(Exception exception) =>
        exception is InvalidOperationException or DbUpdateException && exception.InnerException is DbException cause ? cause : exception;

    /// <summary>Runs the work. It fails if one of its statements failed, even when the work caught the exception.</summary>
    protected static async Task<T> Whole<T>(Func<Sql, Task<T>> work, Sql sql)
    {
        var result = await work(sql);
        if (sql.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return result;
    }

    /// <summary>One try at <see cref="Write{T}"/>.</summary>
    protected abstract Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>One try at <see cref="Change{T}"/>; the same as a write where readers do not block changes.</summary>
    protected virtual Task<T> ChangeOnce<T>(Func<Sql, Task<T>> work, TimeSpan patience, CancellationToken cancellationToken) =>
        WriteOnce(work, cancellationToken);

    /// <summary>One try at <see cref="Read{T}"/>.</summary>
    protected abstract Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Tries until the database answers, with growing pauses.</summary>
    /// <param name="attempt">Safe to run twice.</param>
    /// <param name="isAway">True when the failure is worth another try.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<T> UntilItAnswers<T>(Func<Task<T>> attempt, Func<Exception, bool> isAway, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await attempt();
            }
            catch (Exception e) when (isAway(e))
            {
                Tell(e);
            }

            await Task.Delay(pause, Time, cancellationToken);
        }
    }

    /// <summary>
    /// What the database forbade last, with the object's name; null when it has forbidden nothing for as long as a message may wait.
    /// </summary>
    public string? Forbidden =>
        Volatile.Read(ref _forbidden) is { } forbidden && Time.GetElapsedTime(forbidden.At) < LongestForbidden ? forbidden.What : null;

    /// <summary>Notes that the database forbids something.</summary>
    protected void NoteForbidden(string what) => Volatile.Write(ref _forbidden, new(what, Time.GetTimestamp()));

    /// <summary>Logs every few seconds that rows are locked.</summary>
    internal void TellRowsLocked()
    {
        if (IsTimeToTell())
            LogRowsLocked(logger, Name);
    }

    /// <summary>Logs every few seconds that tables can't be changed now.</summary>
    internal void TellLocked(string party, LockedException reason)
    {
        if (IsTimeToTell())
            LogLocked(logger, party, Name, reason.Message);
    }

    void Tell(Exception reason)
    {
        if (IsLocked(reason))
            TellRowsLocked();
        else if (IsTimeToTell())
            LogAway(logger, Name, Redacted.Reason(reason));
    }

    // Hundreds of messages may wait. One entry in the log is enough for all.
    bool IsTimeToTell()
    {
        var (now, last) = (Time.GetTimestamp(), Interlocked.Read(ref _lastTold));
        return (last == 0 || Time.GetElapsedTime(last, now) >= BetweenTellings)
            && Interlocked.CompareExchange(ref _lastTold, now, last) == last;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The {Party} tables in {Database} can't be brought to this version yet: {Holders}; trying again until they can, and letting "
            + "others pass in between")]
    static partial void LogLocked(ILogger logger, string party, string database, string holders);

    sealed record Forbiddance(string What, long At);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database {Database} does not answer ({Reason}); trying again until it does")]
    static partial void LogAway(ILogger logger, string database, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Another session keeps rows of the database {Database} locked; messages that need them wait, others go on (pg_stat_activity shows "
            + "the session)")]
    static partial void LogRowsLocked(ILogger logger, string database);
}
