using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Worlds;

/// <summary>SQLite in memory, on one connection and one thread. Each query is answered at once.</summary>
/// <remarks>It is created once and used by many runs, because its commands stay prepared.</remarks>
public sealed class MemoryDatabase : Database
{
    readonly RunTime _time;
    readonly SqliteConnection _connection = new("Data Source=:memory:;Foreign Keys=True");
    readonly PreparedCommands _prepared;
    string[] _tables = [];

    /// <summary>An empty database.</summary>
    public MemoryDatabase() : this(new RunTime())
    {
    }

    MemoryDatabase(RunTime time) : base(time, NullLogger.Instance)
    {
        _time = time;
        _connection.Open();
        _prepared = new PreparedCommands(_connection);
    }

    /// <summary>Keeps its present rows. Each later run begins with them.</summary>
    internal void Keep()
    {
        ReadNow(sql => sql.Execute("ATTACH ':memory:' AS kept"));
        _tables =
        [
            .. ReadNow(
                sql => sql.Query(
                    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'", row => row.GetString(0))),
        ];
        foreach (var table in _tables)
            ReadNow(sql => sql.Execute($"CREATE TABLE kept.{table} AS SELECT * FROM main.{table}"));
    }

    /// <summary>Begins a run with a clock.</summary>
    internal void Begin(TimeProvider time)
    {
        _time.Source = time;
        WriteNow(async sql =>
        {
            await sql.Execute("PRAGMA defer_foreign_keys = ON");
            foreach (var table in _tables)
            {
                await sql.Execute($"DELETE FROM main.{table}");
                await sql.Execute($"INSERT INTO main.{table} SELECT * FROM kept.{table}");
            }

            return true;
        });
    }

    /// <inheritdoc />
    public override Dialect Dialect => Dialect.Sqlite;

    /// <inheritdoc />
    public override Task<DbConnection> Open(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("a simulated party has no connection of its own");

    /// <inheritdoc />
    public override bool IsTransient(Exception exception) => exception is DatabaseAwayException;

    /// <inheritdoc />
    public override void Configure(DbContextOptionsBuilder options, string party) =>
        options.UseSqlite(_connection, sqlite => sqlite.MigrationsHistoryTable($"{party}_migrations"));

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _prepared.Dispose();
        return _connection.DisposeAsync();
    }

    /// <summary>Runs work in a transaction, at once.</summary>
    public T WriteNow<T>(Func<Sql, Task<T>> work)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var result = Finished(Whole(work, new Sql(_connection, transaction, Dialect, CancellationToken.None, _prepared)));
        transaction.Commit();
        return result;
    }

    /// <summary>Runs work without a transaction, at once.</summary>
    public T ReadNow<T>(Func<Sql, Task<T>> work) => Finished(work(new Sql(_connection, null, Dialect, CancellationToken.None, _prepared)));

    /// <inheritdoc />
    protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
        Task.FromResult(WriteNow(work));

    /// <inheritdoc />
    protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) => Task.FromResult(ReadNow(work));

    // SQLite's driver does all its work before it returns, so work that only uses the database has ended too.
    static T Finished<T>(Task<T> work) => work.IsCompleted
        ? work.GetAwaiter().GetResult()
        : throw new InvalidOperationException("work in a transaction waits for something other than the database");

    sealed class RunTime : TimeProvider
    {
        public TimeProvider Source { get; set; } = System;

        public override DateTimeOffset GetUtcNow() => Source.GetUtcNow();
    }
}
