using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

public class An_order_that_breaks_a_rule
{
    static readonly OrderSubmitted Good = new(
        Guid.Parse("00c2c32c-f980-7000-8000-000000010248"), "10248", "VINET", new DateTimeOffset(1996, 7, 4, 0, 0, 0, TimeSpan.Zero), "USD",
        [new OrderLine("NW-11", 12, 14m)], new ShipTo("France", null));

    static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("orderId is all zeros or missing", Good with { OrderId = Guid.Empty });
        yield return Case("orderNumber is missing", Good with { OrderNumber = null! });
        yield return Case("customerId is empty", Good with { CustomerId = " " });
        yield return Case("customerId has 201 characters; at most 200 are kept", Good with { CustomerId = new string('x', 201) });
        yield return Case("customerId holds a NUL character", Good with { CustomerId = "a\0" });
        yield return Case("customerId holds half of a surrogate pair", Good with { CustomerId = "\uFFFD\uD800" });
        yield return Case("customerId holds half of a surrogate pair", Good with { CustomerId = "\uDC00x" }, "the second");
        yield return Case("placedAt is missing", Good with { PlacedAt = default });
        yield return Case("currency is missing", Good with { Currency = null! });
        yield return Case("currency is not a code of three upper-case letters, such as USD", Good with { Currency = "US$" });
        yield return Case("lines is missing", Good with { Lines = null! });
        yield return Case("lines is empty; an order has at least one", Good with { Lines = [] });
        yield return Case("lines[0] is missing", Good with { Lines = [null!] });
        yield return Case("lines[1].quantity is 0; at least 1 is wanted", Good with { Lines = [new("A", 1, 0m), new("A", 0, 1m)] });
        yield return Case("lines[0].unitPrice is -0.01; a price can't be negative", Good with { Lines = [new("A", 1, -0.01m)] });
        yield return Case("lines[0].sku is missing", Good with { Lines = [new(null!, 1, 1m)] });
        yield return Case("shipTo is missing", Good with { ShipTo = null! });
        yield return Case("shipTo.country is empty", Good with { ShipTo = new("", null) });
        yield return Case("shipTo.postalCode holds a NUL character", Good with { ShipTo = new("France", "\0") });
        yield return Case(
            "lines cost more together than an amount can hold",
            Good with { Lines = [new("A", 1, 92_233_720_368_547_758.07m), new("A", 1, 0.006m)] });
        yield return Case(
            "lines cost more together than an amount can hold", Good with { Lines = [new("A", int.MaxValue, decimal.MaxValue)] },
            "the most");
        // When several rules are broken, the first one counts, in the order of the fields.
        yield return Case(
            "orderId is all zeros or missing", new OrderSubmitted(Guid.Empty, null!, null!, default, null!, null!, null!), "and more");
        yield return Case(
            "orderNumber is missing", new OrderSubmitted(Good.OrderId, null!, null!, default, null!, null!, null!), "and more");
        yield return Case(
            "customerId is missing", new OrderSubmitted(Good.OrderId, "10248", null!, default, null!, null!, null!), "and more");
        yield return Case(
            "placedAt is missing", new OrderSubmitted(Good.OrderId, "10248", "VINET", default, null!, null!, null!), "and more");
        yield return Case(
            "currency is missing", new OrderSubmitted(Good.OrderId, "10248", "VINET", Good.PlacedAt, null!, null!, null!), "and more");
        yield return Case(
            "lines is missing", new OrderSubmitted(Good.OrderId, "10248", "VINET", Good.PlacedAt, "USD", null!, null!), "and more");
        yield return Case(
            "shipTo is missing", Good with { Lines = [new("A", int.MaxValue, decimal.MaxValue)], ShipTo = null! }, "and more");
        yield return Case("shipTo.country is missing", Good with { ShipTo = new(null!, "\0") }, "and more");

        static TestCaseData Case(string reason, OrderSubmitted order, string? which = null) =>
            new TestCaseData(order, reason).SetArgDisplayNames(which is null ? [reason] : [reason, which]);
    }

    [TestCaseSource(nameof(Broken))]
    public void Is_refused_with_a_reason_that_names_the_field(OrderSubmitted order, string reason) =>
        OrderRules.Violation(order).ShouldBe(reason);

    static IEnumerable<TestCaseData> Kept()
    {
        yield return Case("one that breaks no rule", Good);
        yield return Case("letters of every alphabet", Good with { CustomerId = "Zoë \U0001F4E6" });
        yield return Case("the longest text", Good with { CustomerId = new string('x', 200) });
        yield return Case("no postal code", Good with { ShipTo = new("Atlantis", "") });
        yield return Case("nothing to pay", Good with { Lines = [new("no such SKU", int.MaxValue, 0m)] });
        yield return Case("the largest amount", Good with { Lines = [new("A", 1, 92_233_720_368_547_758.07m)] });

        static TestCaseData Case(string which, OrderSubmitted order) => new TestCaseData(order).SetArgDisplayNames(which);
    }

    [TestCaseSource(nameof(Kept))]
    public void Is_no_order_whose_content_can_be_kept(OrderSubmitted order) => OrderRules.Violation(order).ShouldBeNull();
}

public class The_amount_of_an_order
{
    [TestCase("USD", "10.00", "3 3.335", TestName = "10.005 goes to the even 10.00")]
    [TestCase("USD", "0.02", "3 0.005", TestName = "0.015 goes to the even 0.02")]
    [TestCase("USD", "0.01", "1 0.005", "1 0.005", TestName = "lines are not rounded one by one")]
    [TestCase("JPY", "2", "1 1.5", TestName = "yen have no minor unit")]
    [TestCase("KWD", "1.234", "1 1.2341", TestName = "dinars have three digits")]
    [TestCase("USD", "0.00", "1 0.005", TestName = "half a cent goes to the even 0")]
    [TestCase("USD", "0.01", "1 0.0050000000000000000000000001", TestName = "the last digit of a decimal tips the balance")]
    [TestCase(
        "USD", "10000000000.01", "1 10000000000", "1 0.0050000000000000000000000001", TestName = "also where a decimal sum would lose it")]
    [TestCase("USD", "92233720368547758.07", "1 92233720368547758.07", TestName = "the largest amount")]
    public void Is_the_exact_sum_rounded_once_half_to_even(string currency, string amount, params string[] lines) =>
        OrderRules.Amount(lines.Select(Line), currency).ShouldBe(new Money(decimal.Parse(amount, null), currency));

    [Test]
    public void Is_never_cut_to_fit() =>
        Should.Throw<OverflowException>(() => OrderRules.Amount([new OrderLine("A", 2, 92_233_720_368_547_758m)], "USD"));

    static OrderLine Line(string text) => text.Split(' ') is [var quantity, var price]
        ? new OrderLine("A", int.Parse(quantity, null), decimal.Parse(price, null))
        : throw new ArgumentException($"'{text}' is not a quantity and a price", nameof(text));
}
