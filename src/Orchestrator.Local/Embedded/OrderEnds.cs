using MassTransit;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Local.Embedded;

/// <summary>Frees the places of orders that end or wait for an operator.</summary>
public sealed class OrderEnds(OrdersInFlight inFlight) : IConsumer<OrderFulfilled>, IConsumer<OrderCancelled>, IConsumer<SagaSuspended>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<OrderFulfilled> context) => End(context.Message.OrderId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<OrderCancelled> context) => End(context.Message.OrderId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<SagaSuspended> context)
    {
        // The operator may take days, so the order leaves the count. When it ends later, it is not counted any more.
        inFlight.Leave(context.Message.SagaId);
        return Task.CompletedTask;
    }

    Task End(Guid orderId)
    {
        inFlight.End(orderId);
        return Task.CompletedTask;
    }
}
