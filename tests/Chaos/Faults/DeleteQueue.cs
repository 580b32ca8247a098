using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>An administrator deletes a queue with all that is in it; whoever takes from it declares it again.</summary>
/// <remarks>
/// Not a queue in which an order may wait that no saga knows yet (the intake, those of the redeliveries, the dead letters):
/// its producer has been told that it is kept.
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
    /// Whether the queue was deleted whose messages only a reconciliation sends again: what the inventory should know of the
    /// ends of orders.
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
                        $"{queue} was deleted, and {Patience.TotalSeconds} s later nobody took from it again"));
        }

        return new(FormattableString.Invariant($"{queue} with {lost} messages that waited"));
    }

    static async Task<bool> IsTakenFrom(IConnection connection, string queue, CancellationToken stop)
    {
        // A question about a queue that is not there closes its channel.
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
