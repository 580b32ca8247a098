using Npgsql;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>A foreign session at a PostgreSQL server. It keeps its transaction, with its locks, until it ends.</summary>
sealed class Session : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;

    Session(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Connects and runs statements.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="application">The name of the application.</param>
    /// <param name="statements">The statements to run at once.</param>
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

    /// <summary>Runs a statement. It fails after ten seconds.</summary>
    public async Task Run(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
