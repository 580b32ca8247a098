using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>A database of a process that may die before and after each of its commits.</summary>
sealed class MortalDatabase(Database inner, Death death) : Database(TimeProvider.System, NullLogger.Instance)
{
    public override Dialect Dialect => inner.Dialect;

    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => inner.Open(cancellationToken);

    public override bool IsTransient(Exception exception) => false;

    public override void Configure(DbContextOptionsBuilder options, string party) => inner.Configure(options, party);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override async Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await death.Point();
        var result = await inner.Write(work, cancellationToken);
        await death.Point();
        return result;
    }

    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        inner.Read(work, cancellationToken);
}
