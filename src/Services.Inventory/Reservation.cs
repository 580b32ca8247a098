namespace Orchestrator.Services.Inventory;

/// <summary>How one order stands with the stock; for an order that is new, released at epoch 0.</summary>
/// <param name="orderId">The order.</param>
/// <param name="shelves">The stock that it may take, and that of what is set aside for it, by SKU; orders that are acted on together share it.</param>
sealed class Reservation(Guid orderId, IReadOnlyDictionary<string, Shelf> shelves)
{
    /// <summary>Why an epoch was refused; kept for good, so that whoever asks again gets the same words.</summary>
    public sealed record Refusal(Guid OrderId, int Epoch, string Reason);

    readonly List<Refusal> _refusals = [];

    public Guid OrderId => orderId;

    /// <summary>The stock that it may have changed.</summary>
    public IEnumerable<Shelf> Shelves => Lines.Keys.Where(shelves.ContainsKey).Select(sku => shelves[sku]);

    public ReservationStatus Status { get; private set; } = ReservationStatus.Released;

    /// <summary>The highest that was tried.</summary>
    public int Epoch { get; private set; }

    /// <summary>No reservation up to this epoch may succeed any more.</summary>
    public int ReleasedEpoch { get; private set; }

    /// <summary>Units by SKU, of an order that is reserved.</summary>
    public Dictionary<string, long> Lines { get; } = [];

    /// <summary>Whether it has a row.</summary>
    public bool IsStored { get; private set; }

    /// <summary>Whether its row is to be written.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Whether its lines are to be written.</summary>
    public bool HasNewLines { get; private set; }

    /// <summary>Whether its lines are to go.</summary>
    public bool HasOldLines { get; private set; }

    /// <summary>Refusals that are to be written.</summary>
    public List<Refusal> NewRefusals { get; } = [];

    /// <summary>Takes over what is stored.</summary>
    public void WasStored(ReservationStatus status, int epoch, int releasedEpoch) =>
        (Status, Epoch, ReleasedEpoch, IsStored) = (status, epoch, releasedEpoch, true);

    /// <summary>Adds a refusal that is stored.</summary>
    public void WasRefused(Refusal refusal) => _refusals.Add(refusal);

    /// <summary>Why this epoch was refused, or null when it was not.</summary>
    public string? ReasonOf(int epoch) => _refusals.Find(refusal => refusal.Epoch == epoch)?.Reason;

    /// <summary>Keeps the reason for whoever asks for this epoch again.</summary>
    public void Refuse(int epoch, string reason)
    {
        // The refusal's row refers to the order's.
        IsChanged |= !IsStored;
        NewRefusals.Add(new Refusal(orderId, epoch, reason));
    }

    /// <summary>How the order stands now.</summary>
    public void Set(ReservationStatus status, int epoch) => (Status, Epoch, IsChanged) = (status, epoch, true);

    /// <summary>No reservation up to this epoch may succeed any more.</summary>
    public void Bury(int epoch) => (ReleasedEpoch, IsChanged) = (epoch, true);

    /// <summary>Moves all units from the shelves to the order, or none.</summary>
    /// <returns>The first SKU, in ordinal order, that is unknown or short; null when the units are set aside.</returns>
    public string? SetAside(SortedDictionary<string, long> wanted)
    {
        foreach (var (sku, quantity) in wanted)
        {
            if (!shelves.TryGetValue(sku, out var shelf))
                return $"{sku} is unknown: {quantity} wanted, 0 available";
            if (shelf.OnHand < quantity)
                return $"{sku} is short: {quantity} wanted, {shelf.OnHand} available";
        }

        foreach (var (sku, quantity) in wanted)
        {
            shelves[sku].SetAside(quantity);
            Lines[sku] = quantity;
        }

        HasNewLines = true;
        return null;
    }

    /// <summary>Moves the order's units back to the shelves.</summary>
    /// <exception cref="InventoryConflictException">They are not there.</exception>
    public void GiveBack()
    {
        Move("back to the shelf", (shelf, quantity) => shelf.GiveBack(quantity));
        HasOldLines = true;
    }

    /// <summary>Moves the order's units out of the house.</summary>
    /// <exception cref="InventoryConflictException">They are not there.</exception>
    public void LetGo() => Move("out of the house", (shelf, quantity) => shelf.LetGo(quantity));

    void Move(string where, Func<Shelf, long, bool> move)
    {
        foreach (var (sku, quantity) in Lines)
        {
            if (!shelves.TryGetValue(sku, out var shelf) || !move(shelf, quantity))
                throw new InventoryConflictException(orderId, $"{quantity} of {sku} can't be moved {where}: {shelf?.Reserved ?? 0} are set aside for all orders");
        }
    }
}
