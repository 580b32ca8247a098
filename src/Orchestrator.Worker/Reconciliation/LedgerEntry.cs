using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>A line about an order in somebody's books.</summary>
/// <param name="OrderId">The order.</param>
public abstract record LedgerEntry(Guid OrderId);

/// <summary>The saga.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="OrderNumber">The number that people use.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="Amount">What the order costs.</param>
/// <param name="EndedAt">When it came to its end, in UTC; absent before.</param>
public sealed record SagaEntry(Guid OrderId, string OrderNumber, Lifecycle State, Money Amount, DateTimeOffset? EndedAt) : LedgerEntry(
    OrderId);

/// <summary>The event that would have begun the saga lies in the dead letters.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Reason">Why it lies there.</param>
public sealed record DeadOrderEntry(Guid OrderId, string Reason) : LedgerEntry(OrderId);

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
