using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>A connection, and statements that are prepared once and take many rows.</summary>
static class Commands
{
    // A busy machine must not end a run by a timeout: the run shows how slow it is.
    const int Patience = 300;

    /// <summary>Opens a connection to the schema of a party.</summary>
    public static async Task<NpgsqlConnection> Open(string postgres, string party)
    {
        var settings = new NpgsqlConnectionStringBuilder(postgres)
        {
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            Pooling = false,
            Timeout = Patience,
            CommandTimeout = Patience,
        };
        settings.SearchPath ??= party;
        var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Adds a column of the rows.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, NpgsqlDbType type, IEnumerable<T> values)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() });
        return command;
    }

    /// <summary>Adds a value.</summary>
    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, NpgsqlDbType type, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
        return command;
    }

    /// <summary>Runs statements in one round trip and one commit.</summary>
    public static async Task Run(this NpgsqlConnection connection, params IEnumerable<NpgsqlBatchCommand> commands)
    {
        await using var batch = connection.CreateBatch();
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Reads the content of a message.</summary>
    public static T Read<T>(this Inbound message, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(message.Content.Span, type)!;
}
