using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Storage;

/// <summary>A database in which a statement can meet a lock. Its clock runs ten times as fast as the real one.</summary>
sealed class LockableDatabase() : Database(new FastTime(), NullLogger.Instance)
{
    readonly TemporaryDatabase _inner = TemporaryDatabase.Create();

    public override Dialect Dialect => _inner.Dialect;

    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => _inner.Open(cancellationToken);

    public override bool IsTransient(Exception exception) => IsLocked(exception);

    public override bool IsLocked(Exception exception) => exception is LockedException;

    public override void Configure(DbContextOptionsBuilder options, string party) => _inner.Configure(options, party);

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        _inner.Write(work, cancellationToken);

    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        _inner.Read(work, cancellationToken);

    /// <summary>The exception of a statement that has waited for a lock up to its limit.</summary>
    public sealed class LockedException : Exception;

    sealed class FastTime : TimeProvider
    {
        const int Times = 10;

        public override long GetTimestamp() => System.GetTimestamp() * Times;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(
                callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period > TimeSpan.Zero ? period / Times : period);
    }
}
