namespace Orchestrator.Services.Inventory;

/// <summary>The stock of one SKU, and how it has changed.</summary>
sealed class Shelf(string sku, long onHand, long reserved)
{
    public string Sku => sku;

    public long OnHand { get; private set; } = onHand;

    public long Reserved { get; private set; } = reserved;

    /// <summary>By how many units each column is to change.</summary>
    public (long OnHand, long Reserved, long Shipped) Change { get; private set; }

    /// <summary>From the shelf to an order.</summary>
    public bool SetAside(long quantity) => Move(OnHand >= quantity, -quantity, quantity, 0);

    /// <summary>From an order back to the shelf.</summary>
    public bool GiveBack(long quantity) => Move(Reserved >= quantity, quantity, -quantity, 0);

    /// <summary>Out of the house.</summary>
    public bool LetGo(long quantity) => Move(Reserved >= quantity, 0, -quantity, quantity);

    bool Move(bool isPossible, long onHand, long reserved, long shipped)
    {
        if (!isPossible)
            return false;
        (OnHand, Reserved) = (OnHand + onHand, Reserved + reserved);
        Change = (Change.OnHand + onHand, Change.Reserved + reserved, Change.Shipped + shipped);
        return true;
    }
}
