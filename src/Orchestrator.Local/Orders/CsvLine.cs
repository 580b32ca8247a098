using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Orchestrator.Local.Orders;

/// <summary>One line of comma-separated values, quoted as in RFC 4180. A quoted value can't hold a line break here.</summary>
static class CsvLine
{
    /// <summary>The columns, trimmed; null when a quote is out of place.</summary>
    public static IReadOnlyList<string>? Columns(string line)
    {
        var isBad = false;
        using var parser = new CsvParser(new StringReader(line), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => isBad = true,
            IgnoreBlankLines = false,
            TrimOptions = TrimOptions.Trim,
        });
        // CsvHelper checks the quotes of a column only when the column is read.
        IReadOnlyList<string> columns = parser.Read() ? parser.Record! : [""];
        return isBad ? null : columns;
    }
}
