using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Runs;

/// <summary>A database that counts the questions to it.</summary>
sealed class CountingDatabase(Database inner) : Database(TimeProvider.System, NullLogger.Instance)
{
    /// <summary>The number of questions.</summary>
    public int Reads { get; private set; }

    public override Dialect Dialect => inner.Dialect;

    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => inner.Open(cancellationToken);

    public override bool IsTransient(Exception exception) => inner.IsTransient(exception);

    public override bool IsDuplicate(Exception exception) => inner.IsDuplicate(exception);

    public override bool IsLocked(Exception exception) => inner.IsLocked(exception);

    public override void Configure(DbContextOptionsBuilder options, string party) => inner.Configure(options, party);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        inner.Write(work, cancellationToken);

    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        Reads++;
        return inner.Read(work, cancellationToken);
    }
}
