namespace Orchestrator.Local.Orders;

/// <summary>One line of comma-separated values, as RFC 4180 quotes them; a line break can't be quoted here.</summary>
static class CsvLine
{
    /// <summary>The columns, without the spaces around them; null when a quote is out of place.</summary>
    public static List<string>? Columns(string line)
    {
        var columns = new List<string>();
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
                quoted = !quoted;
            if (i < line.Length && (quoted || line[i] != ','))
                continue;
            if (quoted || Unquoted(line[start..i].Trim()) is not { } column)
                return null;
            columns.Add(column);
            start = i + 1;
        }

        return columns;
    }

    static string? Unquoted(string column)
    {
        if (!column.Contains('"'))
            return column;
        if (column is not ['"', .. var inner, '"'] || inner.Replace("\"\"", "", StringComparison.Ordinal).Contains('"'))
            return null;
        return inner.Replace("\"\"", "\"", StringComparison.Ordinal);
    }
}
