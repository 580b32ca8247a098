using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>SKUs with quantities as one parameter, <c>@rows</c>: an order may have more lines than a statement parameters.</summary>
static class StockRows
{
    public static string Of(IEnumerable<(string Sku, long Quantity)> rows) =>
        JsonSerializer.Serialize(rows.Select(row => new Row(row.Sku, row.Quantity)), WireJson.Options);

    /// <summary>The parameter as a table with the columns sku and quantity.</summary>
    public static string Table(Dialect dialect) => dialect == Dialect.Sqlite
        ? "(SELECT value ->> 'sku' AS sku, value ->> 'quantity' AS quantity FROM json_each(@rows)) AS rows"
        : "jsonb_to_recordset(CAST(@rows AS jsonb)) AS rows (sku text, quantity bigint)";

    sealed record Row(string Sku, long Quantity);
}
