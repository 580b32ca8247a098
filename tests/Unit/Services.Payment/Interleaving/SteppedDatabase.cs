using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>A database whose transactions wait for the act's turn.</summary>
public sealed class SteppedDatabase(Database inner, Act act) : Database(inner.Time, NullLogger.Instance)
{
    public override Dialect Dialect => inner.Dialect;

    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => inner.Open(cancellationToken);

    public override bool IsTransient(Exception exception) => false;

    public override void Configure(DbContextOptionsBuilder options, string party) => inner.Configure(options, party);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        act.Step("write", () => inner.Write(work, cancellationToken));

    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        act.Step("read", () => inner.Read(work, cancellationToken));
}
