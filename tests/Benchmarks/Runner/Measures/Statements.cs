using Npgsql;
using Orchestrator.Tests.Benchmarks.Site;

namespace Orchestrator.Tests.Benchmarks.Measures;

/// <summary>The database server's counts of the statements of a contender that concern sagas.</summary>
/// <param name="RoundTrips">The number of statements that read or write a saga or its journal.</param>
/// <param name="Commits">The number of them that write. Each is a transaction of its own.</param>
/// <param name="Texts">The texts of the statements, with the number of their executions.</param>
sealed record Statements(long RoundTrips, long Commits, IReadOnlyList<(string Text, long Calls)> Texts)
{
    // The sweep and the gauges are left out: they read all sagas periodically, also without messages.
    const string Sql =
        """
        SELECT s.query, s.calls, s.query ~* 'INSERT INTO|UPDATE (ONLY )?saga|DELETE FROM' AS writes
        FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname = @database AND s.query ~* '\m(saga|journal)\M'
            AND s.query !~* 'SKIP LOCKED|GROUP BY|deadline (IS (NOT )?NULL|<=)|CREATE |count\(\*\)'
        ORDER BY s.calls DESC
        """;

    /// <summary>Resets the counts.</summary>
    public static Task Reset(BenchServers servers) => servers.Execute("SELECT pg_stat_statements_reset()");

    /// <summary>Reads the counts since the reset.</summary>
    public static async Task<Statements> Read(BenchServers servers, Contender contender)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.AddWithValue("database", contender.Name.Replace('-', '_'));
        var (roundTrips, commits, texts) = (0L, 0L, new List<(string, long)>());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            roundTrips += reader.GetInt64(1);
            commits += reader.GetBoolean(2) ? reader.GetInt64(1) : 0;
            texts.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return new Statements(roundTrips, commits, texts);
    }
}
