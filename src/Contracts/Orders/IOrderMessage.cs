namespace Orchestrator.Contracts.Orders;

/// <summary>A message about one order. Each order is one saga.</summary>
public interface IOrderMessage : ISagaMessage
{
    /// <summary>The order's id, the same in every service.</summary>
    Guid OrderId { get; }

    Guid ISagaMessage.SagaId => OrderId;
}
