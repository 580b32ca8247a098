namespace Orchestrator.Contracts;

/// <summary>An amount of one currency.</summary>
/// <param name="Amount">In units of the currency, not in minor units: 12.50 is twelve and a half dollars.</param>
/// <param name="Currency">ISO 4217 code, three upper-case letters.</param>
public readonly record struct Money(decimal Amount, string Currency)
{
    /// <summary>The amount in minor units (cents): a whole number, since money in messages is rounded already.</summary>
    /// <exception cref="OverflowException">The amount does not fit 64 bits.</exception>
    /// <exception cref="ArgumentException">The amount has a fraction of a minor unit.</exception>
    public long MinorUnits()
    {
        var minor = Amount * Contracts.Currency.MinorUnitsPerUnit(Currency);
#pragma warning disable MA0015 // The wrong argument is this value itself, so there is no name of a parameter.
        return minor == decimal.Truncate(minor)
            ? decimal.ToInt64(minor)
            : throw new ArgumentException($"{this} is not a whole number of the currency's minor units; round it first.");
#pragma warning restore MA0015
    }

    /// <summary>Money from minor units (cents).</summary>
    public static Money FromMinorUnits(long minorUnits, string currency) =>
        Scaled(minorUnits / (decimal)Contracts.Currency.MinorUnitsPerUnit(currency), currency);

    /// <summary>An exact amount rounded to the currency's minor unit, half to even.</summary>
    public static Money Rounded(decimal amount, string currency) =>
        Scaled(decimal.Round(amount, Contracts.Currency.MinorUnitDigits(currency), MidpointRounding.ToEven), currency);

    /// <summary>For example <c>12.50 USD</c>, with the currency's own number of digits.</summary>
    public override string ToString() =>
        $"{Amount.ToString("F" + Contracts.Currency.MinorUnitDigits(Currency), System.Globalization.CultureInfo.InvariantCulture)} "
        + $"{Currency}";

    // Keeps all digits of the currency, so that the same amount is always written as the same text, such as 440.00.
    static Money Scaled(decimal amount, string currency) =>
        new(amount + new decimal(0, 0, 0, isNegative: false, (byte)Contracts.Currency.MinorUnitDigits(currency)), currency);
}
