using Orchestrator.Contracts.Orders;
using Orchestrator.Local;
using Orchestrator.Local.Orders;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Local.Orders;

namespace Orchestrator.Tests.Unit.Local;

/// <summary>The result of the sample run must not depend on the order in which the orders are processed.</summary>
public class The_sample_orders
{
    const decimal AcquirersLimit = 50_000m;

    static readonly string[] Undeliverable = ["Antarctica", "Bouvet Island", "Heard Island and McDonald Islands"];

    List<OrderSubmitted> _orders = null!;
    Dictionary<string, int> _stock = null!;

    [OneTimeSetUp]
    public async Task Read()
    {
        await using var orders = InputFile.Open("orders", ProcessOptions.Sample.Orders);
        await using var stock = InputFile.Open("stock", ProcessOptions.Sample.Stock!);
        _orders = (await Lines.List(OrderFile.Read(orders))).ConvertAll(line => line.Value.ShouldNotBeNull(line.Rejection));
        _stock = (await Lines.List(StockFile.Read(stock))).Select(line => line.Value.ShouldNotBeNull(line.Rejection))
            .ToDictionary(s => s.Sku, s => s.OnHand);
    }

    [Test]
    public void Are_forty_of_several_currencies()
    {
        _orders.Count.ShouldBe(40);
        _orders.Select(o => o.OrderId).ShouldBeUnique();
        _orders.Select(o => o.OrderNumber).ShouldBeUnique();
        _orders.Select(o => o.Currency).Distinct().Order().ShouldBe(["EUR", "JPY", "USD"]);
    }

    [Test]
    public void Are_refused_for_one_reason_at_most()
    {
        _orders.Count(o => !Reasons(o).Any()).ShouldBe(29);
        _orders.Where(o => Reasons(o).Any()).Select(o => Reasons(o).ShouldHaveSingleItem()).CountBy(reason => reason).OrderBy(r => r.Key)
            .ShouldBe([new("capture", 1), new("payment", 3), new("shipping", 3), new("stock", 4)]);
    }

    [Test]
    public void Do_not_exhaust_any_sku_together()
    {
        var demand = _orders.Where(o => !OutOfStock(o)).SelectMany(o => o.Lines).GroupBy(l => l.Sku);
        foreach (var sku in demand)
            sku.Sum(l => l.Quantity).ShouldBeLessThan(_stock[sku.Key], sku.Key);
    }

    IEnumerable<string> Reasons(OrderSubmitted order)
    {
        if (OutOfStock(order))
            yield return "stock";
        if (order.CustomerId.StartsWith("DECLINE", StringComparison.Ordinal)
            || OrderRules.Amount(order.Lines, order.Currency).Amount > AcquirersLimit)
            yield return "payment";
        if (Undeliverable.Contains(order.ShipTo.Country))
            yield return "shipping";
        if (order.CustomerId.StartsWith("NOCAPTURE", StringComparison.Ordinal))
            yield return "capture";
    }

    bool OutOfStock(OrderSubmitted order) =>
        order.Lines.GroupBy(l => l.Sku).Any(sku => sku.Sum(l => l.Quantity) > _stock.GetValueOrDefault(sku.Key));
}
