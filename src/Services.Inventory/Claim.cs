namespace Orchestrator.Services.Inventory;

/// <summary>What an act needs of the inventory: its order, and the stock that it may take.</summary>
/// <param name="OrderId">The order; tells one claim from another.</param>
/// <param name="Skus">What it may take beside what is set aside for the order already.</param>
readonly record struct Claim(Guid OrderId, IEnumerable<string> Skus) : IComparable<Claim>
{
    public Claim(Guid orderId) : this(orderId, [])
    {
    }

    /// <inheritdoc />
    public int CompareTo(Claim other) => OrderId.CompareTo(other.OrderId);
}
