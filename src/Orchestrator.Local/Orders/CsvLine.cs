using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Orchestrator.Local.Orders;

/// <summary>One line of comma-separated values, as RFC 4180 quotes them; a line break can't be quoted here.</summary>
static class CsvLine
{
    /// <summary>The columns, without the spaces around them; null when a quote is out of place.</summary>
    public static IReadOnlyList<string>? Columns(string line)
    {
        var isBad = false;
        using var parser = new CsvParser(new StringReader(line), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => isBad = true,
            IgnoreBlankLines = false,
            TrimOptions = TrimOptions.Trim,
        });
        // It looks at the quotes of a column when the column is asked for.
        IReadOnlyList<string> columns = parser.Read() ? parser.Record! : [""];
        return isBad ? null : columns;
    }
}
