namespace Orchestrator.Contracts;

/// <summary>Minor units of currencies, by ISO 4217's table of exponents.</summary>
public static class Currency
{
    static readonly HashSet<string> WithoutMinorUnit =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];

    static readonly HashSet<string> WithThreeDigits = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>Whether the text has the form of an ISO 4217 code: three upper-case ASCII letters.</summary>
    public static bool IsWellFormed(string? code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper);

    /// <summary>Digits after the decimal point: 2 unless ISO 4217 says 0, 3 or 4.</summary>
    public static int MinorUnitDigits(string code) =>
        WithoutMinorUnit.Contains(code) ? 0 : WithThreeDigits.Contains(code) ? 3 : code is "CLF" or "UYW" ? 4 : 2;

    /// <summary>How many minor units make one unit: 100 for most.</summary>
    public static int MinorUnitsPerUnit(string code) => MinorUnitDigits(code) switch { 0 => 1, 3 => 1_000, 4 => 10_000, _ => 100 };
}
