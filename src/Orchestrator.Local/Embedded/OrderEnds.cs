using MassTransit;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Local.Embedded;

/// <summary>Hears when orders end.</summary>
public sealed class OrderEnds(OrdersInFlight inFlight) : IConsumer<OrderFulfilled>, IConsumer<OrderCancelled>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<OrderFulfilled> context) => End(context.Message.OrderId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<OrderCancelled> context) => End(context.Message.OrderId);

    Task End(Guid orderId)
    {
        inFlight.End(orderId);
        return Task.CompletedTask;
    }
}
