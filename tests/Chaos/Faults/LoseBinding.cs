using System.Diagnostics;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Tests.Servers;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// The broker loses a binding: of a queue to its exchange, or of a saga's queue to an event. The host that takes messages from it must bind
/// it again.
/// </summary>
sealed class LoseBinding(PrivateRabbitMq rabbit) : Fault("binding lost")
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromSeconds(1);

    static readonly (string From, string To, bool IsQueue)[] Bindings =
    [
        (ShippingQueues.Commands, ShippingQueues.Commands, true), (InventoryQueues.Commands, InventoryQueues.Commands, true),
        (BrokerQueues.Event(typeof(StockReserved)), OrderQueues.Commands, false),
        (BrokerQueues.Event(typeof(PaymentCaptured)), OrderQueues.Commands, false),
    ];

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (from, to, isQueue) = dice.Of(Bindings);
        await using var connection = await new ConnectionFactory { Uri = rabbit.Address() }.CreateConnectionAsync(stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await (isQueue
            ? channel.QueueUnbindAsync(to, from, "", cancellationToken: stop)
            : channel.ExchangeUnbindAsync(to, from, "", cancellationToken: stop));
        for (var waited = Stopwatch.StartNew(); !await IsBound(from, to); await Task.Delay(Pause, stop))
        {
            if (waited.Elapsed < Patience)
                continue;
            // Bound again here, so that the later faults are judged separately.
            await (isQueue
                ? channel.QueueBindAsync(to, from, "", cancellationToken: stop)
                : channel.ExchangeBindAsync(to, from, "", cancellationToken: stop));
            return new(
                $"{from} to {to}",
                FormattableString.Invariant(
                    $"{to} lost its binding to {from}, and {Patience.TotalSeconds} s later no host had bound it again"));
        }

        return new($"{from} to {to}");
    }

    async Task<bool> IsBound(string from, string to) =>
        (await rabbit.Control("list_bindings", "source_name", "destination_name")).Split('\n').Any(line => line.Trim() == $"{from}\t{to}");
}
