namespace Orchestrator.Services.Inventory;

/// <summary>The stock of one SKU: a row of <c>inventory_stock</c>. Units only ever move from one number to the next.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="OnHand">On the shelf and not set aside.</param>
/// <param name="Reserved">Set aside for orders under way.</param>
/// <param name="Shipped">Gone to customers.</param>
public sealed record Shelf(string Sku, long OnHand, long Reserved, long Shipped)
{
    /// <summary>From the shelf to an order.</summary>
    public Shelf SetAside(long quantity) => this with { OnHand = OnHand - quantity, Reserved = Reserved + quantity };

    /// <summary>From an order back to the shelf.</summary>
    public Shelf GiveBack(long quantity) => this with { OnHand = OnHand + quantity, Reserved = Reserved - quantity };

    /// <summary>Out of the house.</summary>
    public Shelf LetGo(long quantity) => this with { Reserved = Reserved - quantity, Shipped = Shipped + quantity };
}
