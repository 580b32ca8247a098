using Orchestrator.Contracts;
using Orchestrator.Local.Reporting;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Local.Runs;

/// <summary>Counts the outcomes of orders.</summary>
sealed class Tally
{
    readonly Dictionary<string, long> _states = [], _cancelled = [], _suspended = [];
    readonly Dictionary<string, decimal> _captured = [], _voided = [];
    SlowestOrder? _slowest;

    /// <summary>Counts an order.</summary>
    public void Count(OrderOutcome order)
    {
        Add(_states, order.State);
        if (order is { State: "Cancelled", Refused: { } reason })
            Add(_cancelled, reason);
        if (order is { State: "Suspended", Suspended: { } problem })
            Add(_suspended, problem);
        if (order.Took is { } took && (_slowest is null || took > _slowest.Took))
            _slowest = new SlowestOrder(order.OrderNumber, order.OrderId, took);
    }

    /// <summary>Counts money that was captured or voided.</summary>
    public void Count((string Operation, string Currency, long Minor) payment)
    {
        var amounts = payment.Operation == "capture" ? _captured : _voided;
        if (payment.Minor != 0)
            amounts[payment.Currency] = amounts.GetValueOrDefault(payment.Currency)
            + Money.FromMinorUnits(payment.Minor, payment.Currency).Amount;
    }

    /// <summary>The summary of the counts, with the given figures.</summary>
    public RunSummary Summary(long duplicates, long rejected, StockTotals stock, TimeSpan took) => new(
        _states.Values.Sum(),
        _states.GetValueOrDefault("Completed"),
        _states.GetValueOrDefault("Cancelled"),
        _states.GetValueOrDefault("Suspended"),
        duplicates,
        rejected,
        _captured,
        _voided,
        stock.Shipped,
        stock.OnHand,
        stock.Reserved,
        took.TotalSeconds)
    {
        CancelledByReason = _cancelled,
        SuspendedByReason = _suspended,
        SlowestOrder = _slowest,
    };

    static void Add(Dictionary<string, long> counts, string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
