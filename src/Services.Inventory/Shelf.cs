namespace Orchestrator.Services.Inventory;

/// <summary>The stock of one SKU: a row of <c>inventory_stock</c>. Units only move between the three numbers.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="OnHand">On the shelf and not reserved.</param>
/// <param name="Reserved">Reserved for orders that have not ended.</param>
/// <param name="Shipped">Gone to customers.</param>
public sealed record Shelf(string Sku, long OnHand, long Reserved, long Shipped)
{
    /// <summary>Reserves units for an order.</summary>
    public Shelf SetAside(long quantity) => this with { OnHand = OnHand - quantity, Reserved = Reserved + quantity };

    /// <summary>Gives reserved units back to the shelf.</summary>
    public Shelf GiveBack(long quantity) => this with { OnHand = OnHand + quantity, Reserved = Reserved - quantity };

    /// <summary>Ships reserved units.</summary>
    public Shelf LetGo(long quantity) => this with { Reserved = Reserved - quantity, Shipped = Shipped + quantity };
}
