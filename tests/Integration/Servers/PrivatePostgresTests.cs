using Npgsql;

namespace Orchestrator.Tests.Integration.Servers;

public class A_private_postgres
{
    PrivatePostgres _server = null!;

    [SetUp]
    public async Task Start() => _server = await PrivatePostgres.Create();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Keeps_what_was_committed_when_it_is_restarted_stopped_at_once_or_killed()
    {
        await Run("CREATE TABLE kept (n int)");
        await _server.Restart();
        await Run("INSERT INTO kept VALUES (1)");
        await _server.StopAtOnce();
        await _server.Start();
        await Run("INSERT INTO kept VALUES (2)");
        _server.Kill();
        await _server.Start();
        (await Run("SELECT count(*) FROM kept")).ShouldBe(2L);
    }

    [Test]
    public async Task Is_gone_with_its_folder_when_it_is_disposed_of()
    {
        var folder = (string)(await Run("SHOW data_directory"))!;
        Directory.Exists(folder).ShouldBeTrue();
        await _server.DisposeAsync();
        Directory.Exists(Path.GetDirectoryName(folder)).ShouldBeFalse();
        await Should.ThrowAsync<NpgsqlException>(() => Run("SELECT 1"));
    }

    async Task<object?> Run(string sql)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
