using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>
/// The PostgreSQL server that all tests of a run share: a private one that is started for the first test that needs it, or the one that
/// TEST_POSTGRES names. Tests that stop their server use <see cref="PrivatePostgres"/>.
/// </summary>
static class SharedPostgres
{
    static readonly ConcurrentBag<string> Databases = [];
    static readonly Lazy<Task<PrivatePostgres>> Private = new(() => PrivatePostgres.Create());

    static string? Named => Environment.GetEnvironmentVariable("TEST_POSTGRES") is { Length: > 0 } named ? named : null;

    /// <summary>Makes an empty database, which is dropped when the run ends.</summary>
    /// <returns>The connection string of the database.</returns>
    public static async Task<string> CreateDatabase()
    {
        var name = $"orchestrator_test_{Guid.NewGuid():n}";
        await Administer($"CREATE DATABASE {name} TEMPLATE template0");
        Databases.Add(name);
        return new NpgsqlConnectionStringBuilder(await Server()) { Database = name }.ToString();
    }

    /// <summary>The store on a database.</summary>
    public static PostgresDatabase Open(string connectionString) =>
        new(NpgsqlDataSource.Create(connectionString), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

    /// <summary>Stops the private server, or drops the databases on the named one.</summary>
    public static async Task Close()
    {
        if (Private.IsValueCreated && Private.Value.IsCompletedSuccessfully)
            await (await Private.Value).DisposeAsync();
        else if (Named is not null)
            foreach (var database in Databases)
                await Administer($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    }

    static async Task<string> Server() => Named ?? (await Private.Value).ConnectionString();

    static async Task Administer(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(await Server()) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
