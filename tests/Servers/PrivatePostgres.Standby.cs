using Npgsql;

namespace Orchestrator.Tests.Servers;

/// <summary>A server that follows another one.</summary>
public sealed partial class PrivatePostgres
{
    /// <summary>Makes a server that follows another one. It has all commits of the other one, and takes only reads.</summary>
    /// <param name="primary">The other server. From now on it confirms a commit only when the new server has it too.</param>
    /// <param name="port">The port of the new server; a free port by default.</param>
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
        // This comes after the copy. Otherwise the copy would have the setting too, and would wait for a standby after its promotion.
        await primary.Execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.Execute("SELECT pg_reload_conf()");
        while (!Equals(await primary.Execute("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"), 1L))
            await Task.Delay(50);
        return standby;
    }

    /// <summary>Promotes it to primary: it takes writes from now on.</summary>
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
