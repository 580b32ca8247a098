using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Local.Orders;

/// <summary>A value in the JSON of a line, with the path that error messages name: <c>lines[2].quantity</c>.</summary>
/// <remarks>A missing value and a JSON null are the same: null.</remarks>
readonly struct Field(JsonElement value, string path)
{
    const int LongestQuote = 40;

    /// <summary>The named field of this object.</summary>
    public Field this[string name] => new(
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : default,
        path.Length == 0 ? name : $"{path}.{name}");

    bool IsNull => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>The text, or null for a field without text.</summary>
    public string? Text()
    {
        if (IsNull)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong("a text");
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new RejectedException($"{path} holds half of a surrogate pair");
        }
    }

    public Guid? Uuid() =>
        Text() is not { } text ? null
        // Guid's parser also accepts spaces, signs and 0x. The round trip refuses them.
        : Guid.TryParseExact(text, "D", out var id) && text.Equals(id.ToString(), StringComparison.OrdinalIgnoreCase) ? id
        : throw Wrong("a UUID, such as 0197c0de-0000-7000-8000-000000000001,");

    /// <summary>The moment, in UTC.</summary>
    public DateTimeOffset? Moment()
    {
        if (Text() is not { } text)
            return null;
        if (!value.TryGetDateTimeOffset(out var moment))
            throw Wrong("a timestamp, such as 1996-07-04T00:00:00Z,");
        // Without an offset the parser would use the time zone of the machine.
        if (text.IndexOf('T') is var time && (time < 0 || text.LastIndexOfAny(['Z', '+', '-']) < time))
            throw Wrong("a timestamp that ends with Z or an offset");
        return moment.ToUniversalTime();
    }

    public decimal? Decimal() =>
        IsNull ? null
        : value.ValueKind != JsonValueKind.Number ? throw Wrong("a number")
        : ExactDecimal.TryParse(value.GetRawText(), out var number) ? number
        : throw Wrong("a number of at most 28 digits");

    public int? WholeNumber() =>
        Decimal() is not { } number ? null
        : number != decimal.Truncate(number) ? throw Wrong("a whole number")
        : number is >= int.MinValue and <= int.MaxValue ? (int)number
        : throw Wrong($"a whole number up to {int.MaxValue}");

    public Field? Object() =>
        IsNull ? null : value.ValueKind == JsonValueKind.Object ? this : throw Wrong("an object");

    /// <summary>The items of a list.</summary>
    public IEnumerable<Field>? Items()
    {
        if (IsNull)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong("a list");
        var name = path;
        return value.EnumerateArray().Select((item, i) => new Field(item, $"{name}[{i.ToString(CultureInfo.InvariantCulture)}]"));
    }

    public RejectedException Missing() => new($"{path} is missing");

    public RejectedException Wrong(string wanted) =>
        new($"{(path.Length == 0 ? "the line" : path)} is {Quoted(value.GetRawText())}; {wanted} is wanted");

    /// <summary>The start of a text, without characters that could move the cursor of a terminal.</summary>
    public static string Quoted(string text, int longest = LongestQuote)
    {
        var quoted = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(longest))
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                quoted.Append(rune);
        }

        return quoted.Append(text.Length > longest ? "…" : "").ToString();
    }
}
