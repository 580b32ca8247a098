using Npgsql;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>Somebody's session at a PostgreSQL server: it keeps its transaction, and with it its locks, until it ends.</summary>
sealed class Session : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;

    Session(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Connects and runs statements.</summary>
    /// <param name="connectionString">Where to.</param>
    /// <param name="application">As which application.</param>
    /// <param name="statements">What to run at once.</param>
    public static async Task<Session> Open(string connectionString, string application, params string[] statements)
    {
        var session = new Session(new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(
                connectionString)
            { ApplicationName = application, Pooling = false, CommandTimeout = 10 }.ToString()));
        await session._connection.OpenAsync();
        foreach (var statement in statements)
            await session.Run(statement);
        return session;
    }

    /// <summary>Runs a statement; it fails after ten seconds.</summary>
    public async Task Run(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
