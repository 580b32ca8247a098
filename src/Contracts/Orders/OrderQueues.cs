namespace Orchestrator.Contracts.Orders;

/// <summary>The queues of the order saga.</summary>
public static class OrderQueues
{
    /// <summary>Commands to the saga of an order.</summary>
    public const string Commands = "order-fulfilment";
}
