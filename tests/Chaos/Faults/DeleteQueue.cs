using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>An administrator deletes a queue with all its messages. The host that takes messages from it declares it again.</summary>
/// <remarks>
/// It does not delete a queue with orders that no saga knows yet (the intake, the redelivery queues, the dead letters): the broker has
/// confirmed to the producer that it keeps them.
/// </remarks>
sealed class DeleteQueue(Uri broker) : Fault("queue deleted")
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(200);

    static readonly string[] Queues =
    [
        SagaQueues.Outcomes(OrderQueues.Commands), SagaQueues.Deadlines(OrderQueues.Commands), PaymentQueues.Commands,
        InventoryQueues.Commands,
        ShippingQueues.Commands, InventoryQueues.Events,
    ];

    /// <summary>
    /// True when the deleted queue held events that only a reconciliation sends again: the ends of orders, for the inventory.
    /// </summary>
    public bool HasLostEnds { get; private set; }

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var queue = dice.Of(Queues);
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(stop);
        uint lost;
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: stop))
            lost = await channel.QueueDeleteAsync(queue, cancellationToken: stop);
        HasLostEnds |= queue == InventoryQueues.Events;
        for (var waited = TimeProvider.System.GetTimestamp(); !await IsTakenFrom(connection, queue, stop); await Task.Delay(Pause, stop))
        {
            if (TimeProvider.System.GetElapsedTime(waited) > Patience)
                return new(
                    queue, FormattableString.Invariant(
                        $"{queue} was deleted, and {Patience.TotalSeconds} s later no host took messages from it"));
        }

        return new(FormattableString.Invariant($"{queue} with {lost} messages that waited"));
    }

    static async Task<bool> IsTakenFrom(IConnection connection, string queue, CancellationToken stop)
    {
        // A question about a missing queue closes its channel.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            return await channel.ConsumerCountAsync(queue, stop) > 0;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }
}
