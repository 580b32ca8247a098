using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary><c>kill -9</c> of the node that leads one of the queues. The other nodes go on, and later the node comes back.</summary>
sealed class LoseLeader(IReadOnlyList<PrivateRabbitMq> nodes) : Fault("broker's leader node lost", weight: 2)
{
    static readonly string[] Queues =
    [
        SagaQueues.Outcomes(OrderQueues.Commands), SagaQueues.Intake(OrderQueues.Commands), PaymentQueues.Commands,
    ];

    public override bool IsOverlapped => true;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (queue, away) = (dice.Of(Queues), TimeSpan.FromMilliseconds(5_000 + dice.Below(10_000)));
        var said = await nodes[0].Control("list_queues", "name", "leader");
        var leads = said.Split('\n').Select(line => line.Split('\t')).First(row => row[0] == queue)[1].Trim();
        var leader = nodes.Single(node => node.Name == leads);
        await leader.Kill();
        var lost = TimeProvider.System.GetUtcNow();
        await Task.Delay(away, stop);
        await leader.Start();
        return new(
            FormattableString.Invariant(
                $"node {nodes.ToList().IndexOf(leader) + 1}, which led {queue}, for {away.TotalSeconds:0.0} s and the time of its start"),
            BearableSince: lost);
    }
}
