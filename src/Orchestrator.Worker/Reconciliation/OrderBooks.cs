using Orchestrator.Sagas.Engine;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What all books say about one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Entries">What they say, in any order.</param>
public sealed record OrderBooks(Guid OrderId, IReadOnlyList<LedgerEntry> Entries)
{
    /// <summary>The saga, if there is one.</summary>
    public SagaEntry? Saga => Entries.OfType<SagaEntry>().FirstOrDefault();

    /// <summary>The order's event among the dead letters, if it is there.</summary>
    public DeadOrderEntry? DeadOrder => Entries.OfType<DeadOrderEntry>().FirstOrDefault();

    /// <summary>The stock's word.</summary>
    public StockEntry? Stock => Entries.OfType<StockEntry>().FirstOrDefault();

    /// <summary>The shipment's word.</summary>
    public ShipmentEntry? Shipment => Entries.OfType<ShipmentEntry>().FirstOrDefault();

    /// <summary>Our ledger's word, by currency.</summary>
    public IReadOnlyList<MoneyState> Ledger => [.. Entries.OfType<MoneyEntry>().Where(entry => !entry.IsGateway).Select(entry => entry.Money)];

    /// <summary>The gateway's word, by currency.</summary>
    public IReadOnlyList<MoneyState> Gateway => [.. Entries.OfType<MoneyEntry>().Where(entry => entry.IsGateway).Select(entry => entry.Money)];

    /// <summary>Whether the saga waits for an operator, or ended before a time.</summary>
    public bool IsSettled(DateTimeOffset before) => Saga is { State: Lifecycle.Suspended } || Saga?.EndedAt < before;
}
