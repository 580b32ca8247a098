using System.Diagnostics;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Servers that go away under load. These tests have private servers.</summary>
[Category("Broker")]
public class An_outage
{
    const int Orders = 600;
    const long Units = 100_000;

    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    RealHosts _hosts = null!;

    [SetUp]
    public async Task Start()
    {
        (_postgres, _rabbit) = (await PrivatePostgres.Create(), await PrivateRabbitMq.Create());
        _hosts = await RealHosts.On(_postgres, _rabbit);
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await _hosts.Stock(("NW-11", Units));
    }

    [TearDown]
    public async Task Stop()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
            await TestContext.Out.WriteLineAsync(await _rabbit.Diagnosis(_hosts.Broker));
        await _hosts.DisposeAsync();
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Test]
    public async Task Of_a_broker_that_is_killed_loses_nothing_and_sets_nothing_aside()
    {
        await UnderLoad();
        await _rabbit.Kill();
        await SayThatTheyAreNotReady();
        await _rabbit.Start();
        await Ends();
    }

    [Test, Category("Long")]
    public async Task Of_a_broker_that_is_restarted_loses_nothing_and_sets_nothing_aside()
    {
        await UnderLoad();
        await _rabbit.Restart();
        await Ends();
    }

    [Test]
    public async Task Of_a_database_that_is_stopped_at_once_loses_nothing_and_sets_nothing_aside()
    {
        await UnderLoad();
        await _postgres.StopAtOnce();
        await SayThatTheyAreNotReady();
        await _postgres.Start();
        await Ends();
    }

    [Test, Category("Long")]
    public async Task Of_every_connection_loses_nothing_and_sets_nothing_aside()
    {
        await UnderLoad();
        for (var cut = 0; cut < 3; cut++)
            await _rabbit.CloseConnections();
        await Ends();
    }

    [Test]
    public async Task Of_everything_does_not_keep_hosts_from_stopping()
    {
        await _hosts.Start(RealHosts.Worker);
        await Task.WhenAll(_postgres.Stop(), _rabbit.Stop());
        await Task.WhenAll(_hosts.Running.Select(async host =>
        {
            var asked = Stopwatch.GetTimestamp();
            (await host.Stop()).ShouldBe(0, $"{host.Name}{Environment.NewLine}{host.Output}");
            Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(20), $"{host.Name}{Environment.NewLine}{host.Output}");
        }));
    }

    async Task UnderLoad()
    {
        await _hosts.Submit(OrderLines.Make(Orders));
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM journal") > Orders, "the orders don't move");
    }

    async Task SayThatTheyAreNotReady()
    {
        foreach (var host in _hosts.Running)
        {
            await Eventually.Is(async () => await host.Answers("/health/ready") == 503, $"{host.Name} still says that it is ready");
            (await host.Answers("/health/live")).ShouldBe(200, "starting it again would not help");
        }
    }

    async Task Ends()
    {
        await _hosts.Settled(Orders);
        (await _hosts.States())["Completed"].ShouldBe(OrderLines.Fulfilled(Orders));
        (await _hosts.Count(InventoryRegistration.Party, "SELECT shipped FROM inventory_stock"))
            .ShouldBe(OrderLines.Fulfilled(Orders) * OrderLines.UnitsEach);
        await _hosts.Reconcile(Units);
        foreach (var host in _hosts.Running)
            await host.Ready();
    }
}
