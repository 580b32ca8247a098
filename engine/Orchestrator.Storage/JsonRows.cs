using System.Text.Json;

namespace Orchestrator.Storage;

/// <summary>Any number of rows as one parameter, in either dialect.</summary>
/// <param name="columns">Name and PostgreSQL type of each column. The name is that of a row's property, in snake case.</param>
public sealed class JsonRows(params (string Name, string Type)[] columns)
{
    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    readonly string _postgres =
        $"jsonb_to_recordset(CAST(@rows AS jsonb)) AS rows ({string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"))})";
    readonly string _sqlite =
        $"(SELECT {string.Join(", ", columns.Select(column => $"value ->> '{column.Name}' AS {column.Name}"))} FROM json_each(@rows)) AS "
        + $"rows";

    /// <summary>The parameter, which is called <c>rows</c>.</summary>
    public static (string Name, object? Value) Parameter<T>(IEnumerable<T> rows) => ("rows", JsonSerializer.Serialize(rows, Options));

    /// <summary>The parameter as a table with the name rows.</summary>
    public string Table(Dialect dialect) => dialect == Dialect.Sqlite ? _sqlite : _postgres;
}
