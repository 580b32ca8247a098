using System.Numerics;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Sagas.OrderFulfilment;

/// <summary>The rules for the content of an order, from a file or over the wire.</summary>
public static class OrderRules
{
    const int DecimalDigits = 28;

    /// <summary>
    /// The first rule that the order breaks, as a reason that names the field; null when it breaks none. Any field may be missing in an
    /// order that came over the wire, so each is checked here.
    /// </summary>
    public static string? Violation(OrderSubmitted order) =>
        (order.OrderId == Guid.Empty ? "orderId is all zeros or missing" : null)
        ?? TextRules.Violation("orderNumber", order.OrderNumber)
        ?? TextRules.Violation("customerId", order.CustomerId)
        ?? (order.PlacedAt == default ? "placedAt is missing" : null)
        ?? CurrencyViolation(order.Currency)
        ?? LinesViolation(order.Lines)
        ?? ShipToViolation(order.ShipTo)
        ?? AmountViolation(order);

    /// <summary>
    /// The price of all lines: the exact sum of quantity times unit price, rounded once, half to even, to the minor unit of the currency.
    /// </summary>
    /// <param name="lines">Lines that break no rule.</param>
    /// <param name="currency">The order's currency.</param>
    /// <exception cref="OverflowException">The amount in minor units does not fit 64 bits.</exception>
    public static Money Amount(IEnumerable<OrderLine> lines, string currency) =>
        Money.FromMinorUnits((long)MinorUnits(lines, currency), currency);

    static string? CurrencyViolation(string? currency) =>
        string.IsNullOrWhiteSpace(currency) ? TextRules.Violation("currency", currency)
        : Currency.IsWellFormed(currency) ? null
        : "currency is not a code of three upper-case letters, such as USD";

    static string? LinesViolation(IReadOnlyList<OrderLine>? lines)
    {
        if (lines is null)
            return "lines is missing";
        if (lines.Count == 0)
            return "lines is empty; an order has at least one";
        for (var i = 0; i < lines.Count; i++)
        {
            if (LineViolation(lines[i], $"lines[{i}]") is { } violation)
                return violation;
        }

        return null;
    }

    static string? LineViolation(OrderLine? line, string field) => line switch
    {
        null => $"{field} is missing",
        { Quantity: <= 0 } => $"{field}.quantity is {line.Quantity}; at least 1 is wanted",
        { UnitPrice: < 0 } => FormattableString.Invariant($"{field}.unitPrice is {line.UnitPrice}; a price can't be negative"),
        _ => TextRules.Violation($"{field}.sku", line.Sku),
    };

    static string? ShipToViolation(ShipTo? shipTo) => shipTo is null
        ? "shipTo is missing"
        : TextRules.Violation("shipTo.country", shipTo.Country)
          ?? (string.IsNullOrWhiteSpace(shipTo.PostalCode) ? null : TextRules.Violation("shipTo.postalCode", shipTo.PostalCode));

    static string? AmountViolation(OrderSubmitted order) => MinorUnits(order.Lines, order.Currency) > long.MaxValue
        ? "lines cost more together than an amount can hold"
        : null;

    // Calculated in whole numbers of 10^-28, the finest step of a decimal, since decimal arithmetic would round the products.
    static BigInteger MinorUnits(IEnumerable<OrderLine> lines, string currency)
    {
        var exact = BigInteger.Zero;
        foreach (var line in lines)
            exact += line.Quantity * Unscaled(line.UnitPrice) * BigInteger.Pow(10, DecimalDigits - line.UnitPrice.Scale);

        var unit = BigInteger.Pow(10, DecimalDigits - Currency.MinorUnitDigits(currency));
        var whole = BigInteger.DivRem(exact, unit, out var rest);
        var half = (2 * rest).CompareTo(unit);
        return half > 0 || (half == 0 && !whole.IsEven) ? whole + 1 : whole;
    }

    static BigInteger Unscaled(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        return new BigInteger(new decimal(bits[0], bits[1], bits[2], value < 0, 0));
    }
}
