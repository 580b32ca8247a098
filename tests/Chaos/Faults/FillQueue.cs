using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// The queue of a service reaches its length limit: both hosts of the service are frozen, so no host takes messages from it. Other orders
/// go on.
/// </summary>
sealed class FillQueue(PrivateRabbitMq rabbit, Fleet fleet, Liveness liveness) : Fault("queue full", weight: 2)
{
    const string Policy = "full";

    // After this time the queue has reached its limit: more orders need it than its hosts and its limit hold.
    static readonly TimeSpan UntilFull = TimeSpan.FromSeconds(8), Patience = TimeSpan.FromSeconds(20);

    // Outcomes that a saga receives before it needs the service.
    static readonly (string Service, string Queue, string[] Answers)[] Services =
    [
        ("shipping", ShippingQueues.Commands,
            [nameof(StockReserved), nameof(StockRefused), nameof(PaymentAuthorized), nameof(PaymentRefused)]),
        ("payment", PaymentQueues.Commands, [nameof(StockReserved), nameof(StockRefused)]),
        ("inventory", InventoryQueues.Commands, [nameof(PaymentAuthorized), nameof(PaymentRefused)]),
    ];

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (service, queue, answers) = dice.Of(Services);
        var hosts = fleet.Slots.Where(slot => slot.Name.StartsWith(service, StringComparison.Ordinal)).Select(slot => slot.Process)
            .ToList();
        await rabbit.Control("set_policy", Policy, $"^{queue}$", """{"max-length":1}""", "--apply-to", "queues");
        await Task.WhenAll(hosts.Select(host => host.Pause()));
        try
        {
            await Task.Delay(UntilFull, stop);
            var since = TimeProvider.System.GetUtcNow();
            var stuck = await liveness.OthersMove($"{queue} was full", answers, since, Patience, stop);
            var more = TimeProvider.System.GetUtcNow() - since;
            return new(
                FormattableString.Invariant(
                    $"{queue} for {UntilFull.TotalSeconds:0.0} s, and until others moved for {more.TotalSeconds:0.0} s"), stuck);
        }
        finally
        {
            await Task.WhenAll(hosts.Select(host => host.Resume()));
            await rabbit.Control("clear_policy", Policy);
        }
    }
}
