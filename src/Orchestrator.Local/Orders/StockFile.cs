using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Orders;

/// <summary>
/// Stock, one <c>sku,onHand</c> a line, after an optional header of these two words. A SKU with a comma or a quote is quoted as in
/// RFC 4180. A bad line is rejected, and the other lines are read.
/// </summary>
public static class StockFile
{
    /// <summary>
    /// The stock levels of a file as they are read. Memory holds the SKUs so far, to reject a SKU that comes again with another number.
    /// A SKU that comes again with the same number is no error, and is not returned again.
    /// </summary>
    /// <param name="stream">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<FileLine<StockLevel>> Read(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var isFirst = true;
        await foreach (var line in LineReader.Read(stream, cancellationToken))
        {
            var isHeader = isFirst && IsHeader(line);
            isFirst = false;
            if (isHeader)
                continue;
            var parsed = Parse(line);
            if (!parsed.IsAccepted || seen.TryAdd(parsed.Value.Sku, parsed.Value.OnHand))
                yield return parsed;
            else if (seen[parsed.Value.Sku] is var before && before != parsed.Value.OnHand)
                yield return new(line.Number, null, $"sku {Field.Quoted(parsed.Value.Sku)} had {before} units on hand in an earlier line");
        }
    }

    static bool IsHeader(Line line) =>
        line.Violation is null && CsvLine.Columns(Encoding.UTF8.GetString(line.Bytes.Span)) is [var sku, var onHand]
        && sku.Equals("sku", StringComparison.OrdinalIgnoreCase) && onHand.Equals("onHand", StringComparison.OrdinalIgnoreCase);

    static FileLine<StockLevel> Parse(Line line)
    {
        if (line.Violation is { } violation)
            return Rejected(violation);
        if (CsvLine.Columns(Encoding.UTF8.GetString(line.Bytes.Span)) is not { } columns)
            return Rejected("a quote is out of place: quote the whole sku, and double the quotes in it");
        if (columns is not [var sku, var onHand])
            return Rejected($"the line has {columns.Count} column{(columns.Count == 1 ? "" : "s")}; two are wanted: sku,onHand");
        if (TextRules.Violation("sku", sku) is { } broken)
            return Rejected(broken);
        if (onHand.Length == 0)
            return Rejected("onHand is missing");
        if (!int.TryParse(onHand, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units))
            return Rejected($"onHand is {Field.Quoted(onHand)}; a whole number up to {int.MaxValue} is wanted");
        if (units < 0)
            return Rejected($"onHand is {units}; it can't be negative");
        return new(line.Number, new StockLevel(sku, units), null);

        FileLine<StockLevel> Rejected(string reason) => new(line.Number, null, reason);
    }
}
