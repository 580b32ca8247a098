using System.Data.Common;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>A record as columns: a column for each parameter of its constructor, with the parameter's name in snake case.</summary>
/// <typeparam name="T">A record whose parameters are ids, texts, numbers, booleans, times or enumerations. An enumeration is stored by
/// name.</typeparam>
sealed class RowMap<T>
    where T : class
{
    readonly ConstructorInfo _constructor = typeof(T).GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
    readonly (string Name, Type Type, PropertyInfo Property)[] _columns;

    public RowMap() => _columns = [.. _constructor.GetParameters().Select(parameter => (
        JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!),
        Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType,
        typeof(T).GetProperty(parameter.Name!) ?? throw new NotSupportedException($"{typeof(T).Name} is not a positional record")))];

    /// <summary>Name and PostgreSQL type of each column.</summary>
    public IEnumerable<(string Name, string Type)> Columns => _columns.Select(column => (column.Name, TypeOf(column.Type)));

    /// <summary>The record of a row whose columns begin at a position.</summary>
    public T Read(DbDataReader row, int first) =>
        (T)_constructor.Invoke([.. _columns.Select((column, i) => ValueOf(row, first + i, column.Type))]);

    /// <summary>The values of a record by column, for <see cref="JsonRows"/>.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Values(T record) =>
        _columns.Select(column => KeyValuePair.Create(column.Name, Stored(column.Property.GetValue(record))));

    static string TypeOf(Type type) => type switch
    {
        _ when type.IsEnum || type == typeof(string) => "text",
        _ when type == typeof(Guid) => "uuid",
        _ when type == typeof(int) => "integer",
        _ when type == typeof(long) => "bigint",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(decimal) => "numeric",
        _ when type == typeof(DateTimeOffset) => "timestamptz",
        _ => throw new NotSupportedException($"{typeof(T).Name} has a {type.Name}, which no column holds"),
    };

    static object? ValueOf(DbDataReader row, int column, Type type) => type switch
    {
        _ when row.IsDBNull(column) => null,
        _ when type.IsEnum => Enum.Parse(type, row.GetString(column)),
        _ when type == typeof(string) => row.GetString(column),
        _ when type == typeof(Guid) => row.GetGuid(column),
        _ when type == typeof(int) => row.GetInt32(column),
        _ when type == typeof(long) => row.GetInt64(column),
        _ when type == typeof(bool) => row.GetBoolean(column),
        _ when type == typeof(decimal) => row.GetDecimal(column),
        _ => row.GetFieldValue<DateTimeOffset>(column),
    };

    // Values that both dialects can read.
    static object? Stored(object? value) => value switch
    {
        Enum name => name.ToString(),
        DateTimeOffset at => SqliteTime.Text(at),
        _ => value,
    };
}
