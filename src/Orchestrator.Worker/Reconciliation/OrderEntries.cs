using Orchestrator.Contracts;
using Orchestrator.Hosting.Reconciliation;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What the order costs, by its saga.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Amount">What it costs.</param>
public sealed record AmountEntry(Guid OrderId, Money Amount) : LedgerEntry(OrderId);

/// <summary>What is set aside of the stock.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status"><c>Reserved</c>, <c>Refused</c>, <c>Released</c> or <c>Shipped</c>.</param>
/// <param name="Units">How much.</param>
public sealed record StockEntry(Guid OrderId, string Status, long Units) : LedgerEntry(OrderId);

/// <summary>The shipment.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status"><c>Booked</c>, <c>Refused</c>, <c>Cancelled</c> or <c>Dispatched</c>.</param>
public sealed record ShipmentEntry(Guid OrderId, string Status) : LedgerEntry(OrderId);

/// <summary>The money in one currency, in minor units.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Money">Where it is.</param>
/// <param name="IsGateway">Whether the gateway says so, or the payment service's ledger.</param>
public sealed record MoneyEntry(Guid OrderId, MoneyState Money, bool IsGateway) : LedgerEntry(OrderId);

/// <summary>Where an order's money is.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Authorized">What was held in all, in minor units.</param>
/// <param name="Captured">What of it was taken.</param>
/// <param name="Voided">What of it was let go.</param>
/// <param name="Held">What is held still.</param>
public sealed record MoneyState(string Currency, long Authorized, long Captured, long Voided, long Held)
{
    /// <inheritdoc />
    public override string ToString() => $"{Of(Authorized)} authorised, {Of(Captured)} captured, {Of(Voided)} voided, {Of(Held)} held";

    /// <summary>An amount of it.</summary>
    public Money Of(long minorUnits) => Money.FromMinorUnits(minorUnits, Currency);
}
