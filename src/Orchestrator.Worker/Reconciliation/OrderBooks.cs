using Orchestrator.Engine;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What all books say about one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Entries">What they say, in any order.</param>
public sealed record OrderBooks(Guid OrderId, IReadOnlyList<LedgerEntry> Entries)
{
    /// <summary>The saga, if there is one.</summary>
    public SagaEntry? Saga => Entries.OfType<SagaEntry>().FirstOrDefault();

    /// <summary>The order's event among the dead letters, if it is there.</summary>
    public DeadOrderEntry? DeadOrder => Entries.OfType<DeadOrderEntry>().MinBy(entry => entry.Reason, StringComparer.Ordinal);

    /// <summary>The stock's word.</summary>
    public StockEntry? Stock => Entries.OfType<StockEntry>().FirstOrDefault();

    /// <summary>The shipment's word.</summary>
    public ShipmentEntry? Shipment => Entries.OfType<ShipmentEntry>().FirstOrDefault();

    /// <summary>Our ledger's word, by currency.</summary>
    public IReadOnlyList<MoneyState> Ledger => Money(isGateway: false);

    /// <summary>The gateway's word, by currency.</summary>
    public IReadOnlyList<MoneyState> Gateway => Money(isGateway: true);

    /// <summary>Whether the saga waits for an operator, or ended before a time.</summary>
    public bool IsSettled(DateTimeOffset before) => Saga is { State: Lifecycle.Suspended } || Saga?.EndedAt < before;

    // In one order, whatever order the books are read in: what is found in them is known by its words.
    IReadOnlyList<MoneyState> Money(bool isGateway) =>
    [
        .. Entries.OfType<MoneyEntry>().Where(entry => entry.IsGateway == isGateway).Select(entry => entry.Money)
            .OrderBy(money => money.Currency, StringComparer.Ordinal),
    ];
}
