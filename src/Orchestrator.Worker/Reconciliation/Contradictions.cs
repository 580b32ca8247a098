using Orchestrator.Contracts;
using Orchestrator.Engine;
using static Orchestrator.Worker.Reconciliation.ContradictionKind;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>What must agree between the books. Pure.</summary>
/// <remarks>What is acknowledged is known by the words that say what was found: other words are reported anew.</remarks>
public static class Contradictions
{
    /// <summary>What contradicts what about an order.</summary>
    /// <param name="books">What all books say.</param>
    /// <param name="settledBefore">An order that ended later may still be on its way through the books.</param>
    public static IEnumerable<Contradiction> Of(OrderBooks books, DateTimeOffset settledBefore)
    {
        var findings = books.Saga is { } saga
            ? WithSaga(books, saga, settledBefore)
            : WithoutSaga(books);
        return [.. findings.Concat(Always(books)).Select(finding =>
            new Contradiction(finding.Kind, books.OrderId, books.Saga?.OrderNumber, finding.Found, finding.Repair, finding.IsSafe))];
    }

    static IEnumerable<Finding> Always(OrderBooks books)
    {
        if (books.Shipment is { Status: "Dispatched" } && !books.Ledger.Any(money => money.Captured > 0))
            yield return new(
                ShippedWithoutPayment, "the shipment left and nothing was captured", "charge the customer, or call the shipment back");
        foreach (var money in books.Ledger.Concat(books.Gateway).Where(money => money.Captured + money.Voided > money.Authorized).Take(1))
            yield return new(
                RefundedTwice, $"more was taken and given back than was held: {money}",
                "ask the gateway what it paid out, and claim the rest back");
    }

    static IEnumerable<Finding> WithoutSaga(OrderBooks books)
    {
        if (books.DeadOrder is { } dead)
        {
            yield return new(
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
            yield return new(
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
            Lifecycle.Completed => gateway.Concat(OfCompleted(books, saga)),
            _ => gateway,
        };
    }

    static IEnumerable<Finding> GatewayFindings(OrderBooks books)
    {
        var (ours, theirs) = (books.Ledger, books.Gateway);
        if (ours.Count != theirs.Count || ours.Except(theirs).Any())
            yield return new(
                GatewayDiffers, $"our ledger has {Words(ours)}; the gateway has {Words(theirs)}",
                "compare with the gateway's statement and correct the ledger, or have the gateway correct its own");
    }

    static IEnumerable<Finding> OfCancelled(OrderBooks books)
    {
        foreach (var money in books.Ledger)
        {
            if (money.Captured > 0)
                yield return new(
                    CapturedThoughCancelled, $"{money.Of(money.Captured)} were captured of a cancelled order",
                    $"give {money.Of(money.Captured)} back to the customer");
            if (money.Held > 0)
                yield return new(
                    HeldAfterTheEnd, $"{money.Of(money.Held)} are held for a cancelled order", "send its last VoidPayment again",
                    IsSafe: true);
        }

        if (books.Stock is { Status: "Reserved" } reserved)
            yield return new(
                ReservedAfterTheEnd, $"{reserved.Units} units are reserved for a cancelled order", "send its last ReleaseStock again",
                IsSafe: true);
        if (books.Stock is { Status: "Shipped" } shipped)
            yield return new(StockDiffers, $"{shipped.Units} units left for a cancelled order", "call them back, and book them in");
        if (books.Shipment is { Status: "Booked" })
            yield return new(
                ShipmentThoughCancelled, "a shipment is booked for a cancelled order", "send its last CancelShipment again", IsSafe: true);
        if (books.Shipment is { Status: "Dispatched" })
            yield return new(ShipmentThoughCancelled, "the shipment of a cancelled order left", "call it back");
    }

    static IEnumerable<Finding> OfCompleted(OrderBooks books, SagaEntry saga)
    {
        var captured = Money.FromMinorUnits(
            books.Ledger.Where(money => money.Currency == saga.Amount.Currency).Sum(money => money.Captured), saga.Amount.Currency);
        if (captured != saga.Amount)
            yield return new(
                FulfilledWithoutPayment, $"{captured} were captured of a fulfilled order of {saga.Amount}",
                "charge or give back the difference");
        foreach (var money in books.Ledger.Where(money => money.Held > 0))
            yield return new(
                HeldAfterTheEnd, $"{money.Of(money.Held)} are held for a fulfilled order", $"void {money.Of(money.Held)} at the gateway");
        if (books.Stock is { Status: "Reserved" } reserved)
            yield return new(
                ReservedAfterTheEnd, $"{reserved.Units} units are reserved for a fulfilled order", "send its OrderFulfilled again",
                IsSafe: true);
        else if (books.Stock is not { Status: "Shipped" })
            yield return new(
                StockDiffers, $"no stock left for a fulfilled order ({books.Stock?.Status ?? "the inventory does not know it"})",
                "count the shelf, and book out what left");
        if (books.Shipment is not { Status: "Dispatched" })
            yield return new(
                FulfilledWithoutShipment,
                $"a fulfilled order was not dispatched ({books.Shipment?.Status ?? "the shipping service does not know it"})",
                "ask the carrier, and dispatch it if it did not leave");
    }

    static string Words(IReadOnlyList<MoneyState> money) => money.Count == 0 ? "nothing" : string.Join(" and ", money);

    sealed record Finding(ContradictionKind Kind, string Found, string Repair, bool IsSafe = false);
}
