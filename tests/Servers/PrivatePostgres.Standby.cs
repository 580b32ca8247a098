using Npgsql;

namespace Orchestrator.Tests.Servers;

/// <summary>Two servers of which one follows the other.</summary>
public sealed partial class PrivatePostgres
{
    /// <summary>Makes a server that follows another one: it has all that the other commits, and answers questions only.</summary>
    /// <param name="primary">The other one. From now on it confirms a commit when this one has it too.</param>
    /// <param name="port">The port of the new one; a free one unless given.</param>
    public static async Task<PrivatePostgres> StandbyOf(PrivatePostgres primary, int? port = null)
    {
        var standby = new PrivatePostgres(null, primary._password);
        await standby.Prepared(async () =>
        {
            await PostgresPrograms.Own(standby._folder);
            await PostgresPrograms.RunAs(
                primary._password, "", "pg_basebackup", "-D", standby.Data, "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                "-d", $"host=127.0.0.1 port={primary._port} user={User}");
            if (port is { } given)
            {
                standby._port = given;
                await standby.Start();
            }
            else
            {
                await standby.StartOnAFreePort();
            }
        });
        // Not before: it would be in the copy too, and a promoted server would wait for a standby of its own.
        await primary.Execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.Execute("SELECT pg_reload_conf()");
        while (!Equals(await primary.Execute("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"), 1L))
            await Task.Delay(50);
        return standby;
    }

    /// <summary>Makes it the primary: it takes writes from now on.</summary>
    public Task Promote() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-w", "promote");

    /// <summary>Makes a database.</summary>
    public Task CreateDatabase(string name) => Execute($"CREATE DATABASE {name}");

    /// <summary>The port that it listens on.</summary>
    public int Port => _port;

    async Task<object?> Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
