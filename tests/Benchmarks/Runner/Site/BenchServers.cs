using Npgsql;
using Orchestrator.Tests.Otlp;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Benchmarks.Site;

/// <summary>The private servers that all contenders share. They write what they confirm to disk.</summary>
sealed class BenchServers : IAsyncDisposable
{
    BenchServers(PrivatePostgres postgres, PrivateRabbitMq rabbit, OtlpReceiver metrics, TimeSpan export) =>
        (Postgres, Rabbit, Metrics, Export) = (postgres, rabbit, metrics, export);

    public PrivatePostgres Postgres { get; }

    public PrivateRabbitMq Rabbit { get; }

    /// <summary>The receiver of the hosts' metrics.</summary>
    public OtlpReceiver Metrics { get; }

    /// <summary>The interval at which hosts export.</summary>
    public TimeSpan Export { get; }

    /// <summary>Starts the servers.</summary>
    /// <param name="export">The interval at which hosts export.</param>
    public static async Task<BenchServers> Start(TimeSpan export)
    {
        var (starting, broker) = (PrivatePostgres.Create(durable: true), PrivateRabbitMq.Create());
        var servers = new BenchServers(await starting, await broker, await OtlpReceiver.Start(), export);
        await servers.Execute("CREATE EXTENSION pg_stat_statements");
        return servers;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>The connection string of the database.</returns>
    public async Task<string> CreateDatabase(string name)
    {
        await Execute($"CREATE DATABASE {name}");
        return Postgres.ConnectionString(name);
    }

    /// <summary>Runs a statement as the administrator.</summary>
    public async Task Execute(string statement)
    {
        await using var connection = new NpgsqlConnection(Postgres.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
        await Metrics.DisposeAsync();
    }
}
