namespace Orchestrator.Contracts.Shipping;

/// <summary>The queues that the shipping service owns.</summary>
public static class ShippingQueues
{
    /// <summary>Commands to the shipping service.</summary>
    public const string Commands = "shipping-commands";
}
