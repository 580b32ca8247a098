using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Journal;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What all books say about one order.</summary>
/// <param name="books">The books.</param>
sealed class OrderBooks(SagaBooks books)
{
    /// <summary>The books of the participants, and what an order costs.</summary>
    public static IReadOnlyList<Book> All { get; } =
    [
        new("inventory", "SELECT order_id, status, units FROM inventory_ledger", "order_id",
            row => new StockEntry(row.GetGuid(0), row.GetString(1), row.GetInt64(2))),
        new("payment",
            "SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM payment_summary", "order_id",
            row => MoneyOf(row, isGateway: false)),
        new("shipping", "SELECT order_id, status FROM shipping_ledger", "order_id",
            row => new ShipmentEntry(row.GetGuid(0), row.GetString(1))),
        new("acquirer",
            "SELECT order_id, currency, authorized_minor, captured_minor, voided_minor, held_minor FROM acquirer_summary", "order_id",
            row => MoneyOf(row, isGateway: true)),
        // A row whose data is damaged must not keep the books of all others from being compared.
        new(SagaJournal.Party,
            """
            SELECT id, CASE WHEN amount::text ~ '^-?[0-9]{1,24}(\.[0-9]{1,10})?$' THEN amount::numeric ELSE 0 END, coalesce(currency, 'XXX')
            FROM order_fulfilment
            """, "id",
            row => new AmountEntry(row.GetGuid(0), new Money(row.GetDecimal(1), row.GetString(2)))),
    ];

    /// <summary>The saga, or null if no saga has the id.</summary>
    public SagaEntry? Saga => books.Saga;

    /// <summary>The order's event among the dead letters, or null if it is not a dead letter.</summary>
    public DeadStartEntry? DeadOrder => books.DeadStart;

    /// <summary>What the order costs, or null without a saga.</summary>
    public Money? Amount => books.Entries.OfType<AmountEntry>().FirstOrDefault()?.Amount;

    /// <summary>What the stock says.</summary>
    public StockEntry? Stock => books.Entries.OfType<StockEntry>().FirstOrDefault();

    /// <summary>What the shipments say.</summary>
    public ShipmentEntry? Shipment => books.Entries.OfType<ShipmentEntry>().FirstOrDefault();

    /// <summary>What our ledger says, by currency.</summary>
    public IReadOnlyList<MoneyState> Ledger => MoneyAt(gateway: false);

    /// <summary>What the gateway says, by currency.</summary>
    public IReadOnlyList<MoneyState> Gateway => MoneyAt(gateway: true);

    /// <summary>Whether the saga waits for an operator, or ended before a time.</summary>
    public bool IsSettled(DateTimeOffset before) => books.IsSettled(before);

    // Always in one order: a finding is known by its words.
    IReadOnlyList<MoneyState> MoneyAt(bool gateway) =>
    [
        .. books.Entries.OfType<MoneyEntry>().Where(entry => entry.IsGateway == gateway).Select(entry => entry.Money)
            .OrderBy(money => money.Currency, StringComparer.Ordinal),
    ];

    static MoneyEntry MoneyOf(DbDataReader row, bool isGateway) => new(
        row.GetGuid(0), new MoneyState(row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), isGateway);
}
