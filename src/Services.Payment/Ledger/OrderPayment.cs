namespace Orchestrator.Services.Payment.Ledger;

/// <summary>All that is known about the payment of one order, and what is to be stored of it.</summary>
sealed class OrderPayment(Guid orderId)
{
    const string Customer = "customer", Hold = "hold", Merchant = "merchant";

    readonly List<Operation> _operations = [];
    readonly List<Posting> _postings = [];
    readonly HashSet<(string Name, int Epoch)> _changed = [];

    /// <summary>The order.</summary>
    public Guid OrderId => orderId;

    /// <summary>Operations whose rows are to be written.</summary>
    public IEnumerable<Operation> Changed => _operations.Where(operation => _changed.Contains((operation.Name, operation.Epoch)));

    /// <summary>What is to be added to the ledger.</summary>
    public IReadOnlyList<Posting> Postings => _postings;

    /// <summary>Adds an operation that is stored.</summary>
    public void WasStored(Operation operation) => _operations.Add(operation);

    /// <summary>An operation of one epoch, if it ever came.</summary>
    public Operation? Find(string name, int epoch) => _operations.Find(o => o.Name == name && o.Epoch == epoch);

    /// <summary>The one try at an act that is under way or has succeeded.</summary>
    public Operation? Alive(string name) => _operations.Find(o => o.Name == name && o.IsAlive);

    /// <summary>Whether an authorisation of this epoch comes too late.</summary>
    public bool IsVoided(int epoch) => _operations.Exists(o => o.Name == Operation.Void && o.Epoch >= epoch);

    /// <summary>The operation as it now is.</summary>
    public Operation Save(Operation operation)
    {
        _operations.RemoveAll(o => o.Name == operation.Name && o.Epoch == operation.Epoch);
        _operations.Add(operation);
        _changed.Add((operation.Name, operation.Epoch));
        return operation;
    }

    /// <summary>The gateway holds the money.</summary>
    public void PostHold(Operation authorization) => Post(Customer, Hold, authorization, authorization);

    /// <summary>The gateway let go of the hold.</summary>
    public void PostRelease(Operation authorization)
    {
        // The gateway may have made the hold without our learning of it: then it enters and leaves the ledger here.
        if (authorization.Reference is null)
            PostHold(authorization);
        Post(Hold, Customer, authorization, _operations.First(o => o.Name == Operation.Void && o.Epoch >= authorization.Epoch));
    }

    /// <summary>The held money is ours.</summary>
    public void PostCapture(Operation authorization, Operation capture) => Post(Hold, Merchant, authorization, capture);

    /// <summary>Every void that waited for the authorisation's hold to go has what it wanted.</summary>
    public void SettleVoids()
    {
        foreach (var waiting in _operations.Where(o => o is { Name: Operation.Void, Status: Operation.Pending }).ToList())
            Save(waiting with { Status = Operation.Voided });
    }

    void Post(string from, string to, Operation hold, Operation cause) =>
        _postings.Add(new Posting(orderId, hold.Epoch, from, to, cause.Name, cause.Epoch, hold.Amount!.Value.Currency, hold.Amount.Value.MinorUnits()));
}
