namespace Orchestrator.Contracts.Inventory;

/// <summary>The queues that the inventory service owns.</summary>
public static class InventoryQueues
{
    /// <summary>Commands to the inventory service.</summary>
    public const string Commands = "inventory-commands";

    /// <summary>Events that the inventory service listens to.</summary>
    public const string Events = "inventory-events";
}
