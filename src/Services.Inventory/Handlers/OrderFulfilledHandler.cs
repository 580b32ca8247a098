using MassTransit;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Services.Inventory.Handlers;

/// <summary>Lets go of the stock of an order that was fulfilled; nobody commands it and nobody awaits it.</summary>
public sealed class OrderFulfilledHandler(Reservations reservations) : IConsumer<OrderFulfilled>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<OrderFulfilled> context) =>
        reservations.Ship(context.Message, context.CancellationToken);
}
