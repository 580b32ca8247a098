using Npgsql;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>
/// A foreign session, such as that of an operator. It has run a statement in a transaction and leaves the transaction open.
/// </summary>
sealed class ForeignLock : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;

    ForeignLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Runs the statement and keeps its locks.</summary>
    public static async Task<ForeignLock> By(string connectionString, string statement) =>
        await By(new NpgsqlConnection(connectionString + ";Pooling=false;Application Name=operator"), statement);

    /// <summary>Runs the statement and keeps its locks.</summary>
    public static async Task<ForeignLock> By(NpgsqlConnection connection, string statement)
    {
        var session = new ForeignLock(connection);
        await connection.OpenAsync();
        await session.Execute($"SET idle_in_transaction_session_timeout = 0; BEGIN; {statement}");
        return session;
    }

    /// <summary>Releases the locks, and undoes the statement.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection.State == System.Data.ConnectionState.Open)
            await Execute("ROLLBACK");
        await _connection.DisposeAsync();
    }

    async Task Execute(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
