using System.Globalization;
using System.Numerics;

namespace Orchestrator.Local.Orders;

/// <summary>Parses JSON numbers as decimals. Unlike <see cref="decimal.Parse(string)"/> it does not round silently.</summary>
public static class ExactDecimal
{
    const int LongestNumber = 1000;

    /// <summary>
    /// Reads a JSON number. The result has no trailing zeros after the point, so that 14.0, 14.00 and 1.4e1 are the same
    /// decimal to the last bit.
    /// </summary>
    /// <returns>False when a decimal can't hold the number exactly.</returns>
    public static bool TryParse(ReadOnlySpan<char> number, out decimal value)
    {
        value = 0;
        if (number.Length > LongestNumber)
            return false;
        var negative = number is ['-', ..];
        var mantissa = negative ? number[1..] : number;
        var exponent = 0;
        if (mantissa.IndexOfAny('e', 'E') is var at and >= 0)
        {
            if (!int.TryParse(mantissa[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                return false;
            mantissa = mantissa[..at];
        }

        var point = mantissa.IndexOf('.');
        var scale = (point < 0 ? 0L : mantissa.Length - point - 1) - exponent;
        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimEnd('0');
        scale -= digits.Length - significant.Length;
        significant = significant.TrimStart('0');
        if (significant.Length == 0)
            return true;
        if (significant.Length > 29 || scale is < -28 or > 28)
            return false;

        var whole = BigInteger.Parse(significant, CultureInfo.InvariantCulture) * BigInteger.Pow(10, (int)Math.Max(0, -scale));
        if (whole > (BigInteger)decimal.MaxValue)
            return false;
        var bits = decimal.GetBits((decimal)whole);
        value = new decimal(bits[0], bits[1], bits[2], negative, (byte)Math.Max(0, scale));
        return true;
    }
}
