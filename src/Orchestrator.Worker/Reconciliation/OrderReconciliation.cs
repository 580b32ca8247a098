using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Reconciliation;
using static Orchestrator.Worker.Reconciliation.ContradictionKind;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What must agree between the books about an order.</summary>
public sealed class OrderReconciliation : ISagaReconciliation
{
    /// <inheritdoc />
    public string SagaKind => "order-fulfilment";

    /// <inheritdoc />
    public string Noun => "order";

    /// <inheritdoc />
    public IReadOnlyCollection<string> Kinds => Enum.GetNames<ContradictionKind>();

    /// <inheritdoc />
    public IReadOnlyList<Book> Books => OrderBooks.All;

    /// <inheritdoc />
    public IEnumerable<Finding> Compare(SagaBooks books, DateTimeOffset settledBefore)
    {
        var order = new OrderBooks(books);
        return (order.Saga is { } saga ? WithSaga(order, saga, settledBefore) : WithoutSaga(order)).Concat(Always(order));
    }

    static IEnumerable<Finding> Always(OrderBooks books)
    {
        if (books.Shipment is { Status: "Dispatched" } && !books.Ledger.Any(money => money.Captured > 0))
            yield return Of(
                ShippedWithoutPayment, "the shipment left and nothing was captured", "charge the customer, or call the shipment back");
        foreach (var money in books.Ledger.Concat(books.Gateway).Where(money => money.Captured + money.Voided > money.Authorized).Take(1))
            yield return Of(
                RefundedTwice, $"more was taken and given back than was held: {money}",
                "ask the gateway what it paid out, and claim the rest back");
    }

    static IEnumerable<Finding> WithoutSaga(OrderBooks books)
    {
        if (books.DeadOrder is { } dead)
        {
            yield return Of(
                OrderWithoutSaga, $"its OrderSubmitted lies in the dead letters: {dead.Reason}", "mend the cause and redrive the event");
            yield break;
        }

        string?[] kept =
        [
            books.Stock is { Status: "Reserved" or "Shipped" } stock
                ? $"{stock.Units} units {(stock.Status == "Reserved" ? "reserved" : "shipped")}" : null,
            .. books.Ledger.Where(money => money.Captured + money.Held > 0).Select(money => money.ToString()),
            books.Shipment is { Status: "Booked" or "Dispatched" } shipment
            ? $"a shipment that is {(shipment.Status == "Booked" ? "booked" : "dispatched")}" : null,
        ];
        if (kept.Any(one => one is not null))
            yield return Of(
                UnknownOrder, $"no saga knows the order, and it has {string.Join(", ", kept.OfType<string>())}",
                "find the order's event and send it again, or release by hand what it keeps");
    }

    static IEnumerable<Finding> WithSaga(OrderBooks books, SagaEntry saga, DateTimeOffset settledBefore)
    {
        if (!books.IsSettled(settledBefore))
            return [];
        var gateway = GatewayFindings(books);
        return saga.State switch
        {
            Lifecycle.Cancelled => gateway.Concat(OfCancelled(books)),
            Lifecycle.Completed => gateway.Concat(OfCompleted(books)),
            _ => gateway,
        };
    }

    static IEnumerable<Finding> GatewayFindings(OrderBooks books)
    {
        var (ours, theirs) = (books.Ledger, books.Gateway);
        if (ours.Count != theirs.Count || ours.Except(theirs).Any())
            yield return Of(
                GatewayDiffers, $"our ledger has {Words(ours)}; the gateway has {Words(theirs)}",
                "compare with the gateway's statement and correct the ledger, or have the gateway correct its own");
    }

    static IEnumerable<Finding> OfCancelled(OrderBooks books)
    {
        foreach (var money in books.Ledger)
        {
            if (money.Captured > 0)
                yield return Of(
                    CapturedThoughCancelled, $"{money.Of(money.Captured)} were captured of a cancelled order",
                    $"give {money.Of(money.Captured)} back to the customer");
            if (money.Held > 0)
                yield return Of(
                    HeldAfterTheEnd, $"{money.Of(money.Held)} are held for a cancelled order", "send its last VoidPayment again",
                    isSafe: true);
        }

        if (books.Stock is { Status: "Reserved" } reserved)
            yield return Of(
                ReservedAfterTheEnd, $"{reserved.Units} units are reserved for a cancelled order", "send its last ReleaseStock again",
                isSafe: true);
        if (books.Stock is { Status: "Shipped" } shipped)
            yield return Of(StockDiffers, $"{shipped.Units} units left for a cancelled order", "call them back, and book them in");
        if (books.Shipment is { Status: "Booked" })
            yield return Of(
                ShipmentThoughCancelled, "a shipment is booked for a cancelled order", "send its last CancelShipment again", isSafe: true);
        if (books.Shipment is { Status: "Dispatched" })
            yield return Of(ShipmentThoughCancelled, "the shipment of a cancelled order left", "call it back");
    }

    static IEnumerable<Finding> OfCompleted(OrderBooks books)
    {
        if (books.Amount is { } amount && Captured(books.Ledger, amount.Currency) is var captured && captured != amount)
            yield return Of(
                FulfilledWithoutPayment, $"{captured} were captured of a fulfilled order of {amount}",
                "charge or give back the difference");
        foreach (var money in books.Ledger.Where(money => money.Held > 0))
            yield return Of(
                HeldAfterTheEnd, $"{money.Of(money.Held)} are held for a fulfilled order", $"void {money.Of(money.Held)} at the gateway");
        if (books.Stock is { Status: "Reserved" } reserved)
            yield return Of(
                ReservedAfterTheEnd, $"{reserved.Units} units are reserved for a fulfilled order", "send its OrderFulfilled again",
                isSafe: true);
        else if (books.Stock is not { Status: "Shipped" })
            yield return Of(
                StockDiffers, $"no stock left for a fulfilled order ({books.Stock?.Status ?? "the inventory does not know it"})",
                "count the shelf, and book out what left");
        if (books.Shipment is not { Status: "Dispatched" })
            yield return Of(
                FulfilledWithoutShipment,
                $"a fulfilled order was not dispatched ({books.Shipment?.Status ?? "the shipping service does not know it"})",
                "ask the carrier, and dispatch it if it did not leave");
    }

    static string Words(IReadOnlyList<MoneyState> money) => money.Count == 0 ? "nothing" : string.Join(" and ", money);

    static Money Captured(IEnumerable<MoneyState> ledger, string currency) =>
        Money.FromMinorUnits(ledger.Where(money => money.Currency == currency).Sum(money => money.Captured), currency);

    static Finding Of(ContradictionKind kind, string found, string repair, bool isSafe = false) =>
        new(kind.ToString(), found, repair, isSafe);
}
