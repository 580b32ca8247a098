using System.Diagnostics;
using System.Globalization;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Tests.Integration.Embedded;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// The queue of the shipping service takes no messages, while more orders need it than a host has places. Other orders, which the payment
/// service refuses, go on meanwhile. The time limits of the saga's steps are a hundred times as long as usual, so that they have no effect.
/// </summary>
[Category("Broker")]
public class A_queue_that_takes_nothing
{
    // More than the 256 messages that a host takes at once.
    const int Waiting = 500, Others = 400;
    const long Units = 1_000_000;

    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    RealHosts _hosts = null!;
    TimeSpan _undisturbed;
    int _ended, _fulfilled;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_postgres, _rabbit) = (await PrivatePostgres.Create(), await PrivateRabbitMq.Create());
        _hosts = await RealHosts.On(_postgres, _rabbit);
        // The worker connects as a user who may not declare the queues of others, so it can't make a missing one.
        _hosts.Users = await BrokerUsers.Create(_rabbit, _hosts.Broker, Unit.Repository.Root);
        _hosts.Settings["Sagas__Pace"] = "100";
        _hosts.Settings["Broker__Redelivery__0"] = "00:00:02";
        _hosts.Settings["Broker__Redelivery__1"] = "00:00:05";
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment);
        await _hosts.Stock(("NW-11", Units));
        await Refused(Others); // Then all methods are compiled and all connections are open.
        // The first run compiles methods.
        await Refused(Others);
        _undisturbed = await Refused(Others);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _hosts.DisposeAsync();
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [TearDown]
    public async Task Tell()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
            await TestContext.Out.WriteLineAsync(await _rabbit.Diagnosis(_hosts.Broker));
    }

    [Test, Order(1)]
    public async Task Because_it_is_full_holds_up_only_those_who_need_it()
    {
        await Policy("set_policy", "full", $"^{ShippingQueues.Commands}$", """{"max-length":1}""", "--apply-to", "queues");
        await OthersGoOn();
        await Policy("clear_policy", "full");
        await AllEnd();
    }

    [Test, Order(2)]
    public async Task Because_it_is_missing_holds_up_only_those_who_need_it()
    {
        await using (var connection = await new ConnectionFactory { Uri = _hosts.Broker }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
            await channel.QueueDeleteAsync(ShippingQueues.Commands);
        await OthersGoOn("there is no queue for BookShipment");
        await AllEnd(); // The shipping service declares it.
    }

    // This queue has a member on both nodes, all other queues only on the first.
    [Test, Order(3)]
    public async Task Because_it_has_no_quorum_holds_up_only_those_who_need_it()
    {
        await using var second = await PrivateRabbitMq.Create(_rabbit);
        var queue = $"<<\"{_hosts.Broker.AbsolutePath[1..]}\">>, <<\"{ShippingQueues.Commands}\">>";
        await _rabbit.Control("eval", $"ok = rabbit_quorum_queue:add_member({queue}, '{second.Name}', 10000).");
        // Only a voter counts. A new member becomes a voter when it has caught up.
        await Eventually.Is(
            async () =>
                (await _rabbit.Control(
                    "eval", $"[M || M <- rabbit_quorum_queue:status({queue}), proplists:get_value(<<\"Membership\">>, M, voter) =/= "
                        + $"voter].")).Trim() == "[]",
            "the second member does not become a voter");
        await second.Kill();
        await OthersGoOn();
        await second.Start();
        await AllEnd();
    }

    async Task OthersGoOn(string why = "")
    {
        var said = _hosts.Running.Single(host => host.Name == RealHosts.Worker).Output.Length;
        await _hosts.Submit([.. Enumerable.Range(0, Waiting).Select(_ => EmbeddedRun.Line(Guid.CreateVersion7()))]);
        await Eventually.Is(
            async () =>
                await _hosts.Count(
                    "orchestrator", "SELECT count(*) FROM saga WHERE step = 'BookShipment' AND completed_at IS NULL") == Waiting,
            TimeSpan.FromMinutes(1), () => Task.FromResult("not all orders have come to the shipment"));
        var took = await Refused(Others);
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Others} orders took {_undisturbed.TotalSeconds:F1} s undisturbed, {took.TotalSeconds:F1} s while {Waiting} waited"));
        took.ShouldBeLessThan(_undisturbed * 2);
        foreach (var host in _hosts.Running.Where(host => !host.HasExited))
            (await host.Answers("/health/ready")).ShouldBe(200, "it works");
        string[] Lines() => _hosts.Running.Single(host => host.Name == RealHosts.Worker).Output[said..].Split('\n');
        await Eventually.Is(
            () => Task.FromResult(Lines().Any(line =>
                line.Contains($"{ShippingQueues.Commands} has taken no message for", StringComparison.Ordinal)
                && line.Contains(why, StringComparison.Ordinal))), "the worker does not name the queue");
        var complaints = Lines()
            .Where(line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("warn:", StringComparison.Ordinal)).ToList();
        complaints.Count.ShouldBeLessThan(
            20, $"not a line for each message:{Environment.NewLine}{string.Join(Environment.NewLine, complaints)}");
        Lines().ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    async Task AllEnd()
    {
        await _hosts.Start(RealHosts.Shipping);
        _ended += Waiting;
        await _hosts.Settled(_ended);
        (await _hosts.States())["Completed"].ShouldBe(_fulfilled += Waiting, "none was turned back");
        await _hosts.Reconcile(Units);
        (await _hosts.Running.Single(host => host.Name == RealHosts.Shipping && !host.HasExited).Stop()).ShouldBe(0);
    }

    async Task<TimeSpan> Refused(int orders)
    {
        var began = Stopwatch.GetTimestamp();
        await _hosts.Submit([.. Enumerable.Range(0, orders).Select(_ => EmbeddedRun.Line(Guid.CreateVersion7(), customer: "DECLINE-1"))]);
        _ended += orders;
        await Eventually.Is(
            async () => await _hosts.Count("orchestrator", "SELECT count(*) FROM saga WHERE completed_at IS NOT NULL") == _ended,
            TimeSpan.FromMinutes(1), async () => $"the other orders don't end: {string.Join("; ", await _hosts.States())}");
        return Stopwatch.GetElapsedTime(began);
    }

    Task<string> Policy(string command, params string[] arguments) =>
        _rabbit.Control([command, "-p", _hosts.Broker.AbsolutePath[1..], .. arguments]);
}
