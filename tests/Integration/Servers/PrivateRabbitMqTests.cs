using System.Diagnostics;
using System.Text;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Servers;

[Category("Broker")]
public class A_private_rabbitmq
{
    PrivateRabbitMq _node = null!;

    [SetUp]
    public async Task Start() => _node = await PrivateRabbitMq.Create();

    [TearDown]
    public async Task Stop() => await _node.DisposeAsync();

    [Test]
    public async Task Keeps_what_was_confirmed_when_it_is_restarted_stopped_or_killed()
    {
        await Publish("before anything");
        await _node.Restart();
        await Publish("after a restart");
        await _node.Kill();
        await _node.Start();
        await Publish("after a kill");
        await _node.Stop();
        await _node.Start();

        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        var kept = new List<string>();
        while (await channel.BasicGetAsync("kept", autoAck: true) is { } message)
            kept.Add(Encoding.UTF8.GetString(message.Body.Span));
        kept.ShouldBe(["before anything", "after a restart", "after a kill"]);
    }

    [Test]
    public async Task Cuts_connections()
    {
        await using var connection = await Connect();
        var cut = new TaskCompletionSource();
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            cut.TrySetResult();
            return Task.CompletedTask;
        };
        await _node.CloseConnections();
        await cut.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Test]
    public async Task Has_virtual_hosts_of_their_own()
    {
        var (one, other) = (await _node.CreateVirtualHost(), await _node.CreateVirtualHost());
        one.ShouldNotBe(other);
        foreach (var address in new[] { one, other })
            await (await new ConnectionFactory { Uri = address }.CreateConnectionAsync()).DisposeAsync();
    }

    [Test]
    public async Task Is_gone_with_its_port_mapper_and_its_folder_when_it_is_disposed_of()
    {
        Left().ShouldNotBeEmpty();
        await _node.DisposeAsync();
        Left().ShouldBeEmpty();
        Directory.Exists(_node.Folder).ShouldBeFalse();
    }

    List<string> Left() => [.. Process.GetProcesses()
        .Select(process => File.Exists($"/proc/{process.Id}/cmdline") ? Read($"/proc/{process.Id}/cmdline") : "")
        .Where(command => command.Contains(Path.GetFileName(_node.Folder), StringComparison.Ordinal))];

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    async Task<IConnection> Connect() =>
        await new ConnectionFactory { Uri = _node.Address(), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    async Task Publish(string text)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(
            "kept", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicPublishAsync(
            "", "kept", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(text));
    }
}
