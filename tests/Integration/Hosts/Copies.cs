using System.Globalization;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>Makes a broker deliver every message several times, at once and up to half a second later.</summary>
static class Copies
{
    static readonly string[] Queues =
    [
        InventoryQueues.Commands, InventoryQueues.Events, PaymentQueues.Commands, ShippingQueues.Commands,
        SagaQueues.Intake("order-fulfilment"), SagaQueues.Outcomes("order-fulfilment"),
    ];

    /// <summary>
    /// Binds further queues to the exchange of each queue. Messages wait in them before they are dead-lettered into that queue.
    /// </summary>
    public static async Task Of(Uri broker, int more)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in Queues)
        {
            for (var copy = 0; copy < more; copy++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{queue}-copy-{copy}");
                await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
                {
                    // A classic queue confirms a message only when the queue that it is dead-lettered into has confirmed it.
                    ["x-queue-type"] = "quorum",
                    ["x-message-ttl"] = 1 + copy * 250,
                    ["x-dead-letter-exchange"] = "",
                    ["x-dead-letter-routing-key"] = queue,
                });
                await channel.QueueBindAsync(name, queue, "");
            }
        }
    }
}
