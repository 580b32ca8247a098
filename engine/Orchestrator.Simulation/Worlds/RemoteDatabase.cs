using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Worlds;

/// <summary>The connection of one process to a database. Calls take time, and may fail before or after the commit.</summary>
public sealed class RemoteDatabase(MemoryDatabase database, Process process, TimeProvider time) : Database(time, NullLogger.Instance)
{
    /// <inheritdoc />
    public override Dialect Dialect => database.Dialect;

    /// <inheritdoc />
    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => database.Open(cancellationToken);

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => database.IsTransient(exception);

    /// <inheritdoc />
    public override bool IsLocked(Exception exception) => exception is LockedRowException;

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) => database.Configure(options, party);

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc />
    protected override async Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await process.Point(Fault.CrashBeforeCommit);
        await process.FreezingPoint(2);
        if (!process.HasDatabase || process.Meets(Fault.DatabaseAway, 10))
            throw process.DatabaseAway;
        var result = database.WriteNow(work);
        await process.Point(Fault.CrashAfterCommit);
        return process.Meets(Fault.AnswerLost, 10) ? throw new DatabaseAwayException("the database's answer was lost") : result;
    }

    /// <inheritdoc />
    protected override async Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken)
    {
        await process.Point(Fault.CrashBeforeCommit, 1);
        if (!process.HasDatabase || process.Meets(Fault.DatabaseAway, 5))
            throw process.DatabaseAway;
        var result = database.ReadNow(work);
        await process.Point(Fault.CrashAfterCommit, 1);
        return result;
    }
}
