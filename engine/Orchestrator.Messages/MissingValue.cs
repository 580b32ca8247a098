using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Orchestrator.Contracts;

/// <summary>Finds a required property that a message lacks. A JSON reader leaves null where a property is null or absent.</summary>
public static class MissingValue
{
    static readonly ConcurrentDictionary<Type, Property[]> Known = new();

    /// <summary>
    /// The path of the first property that is null although its type is not nullable, such as <c>lines[0].sku</c>. Null if no such
    /// property is null.
    /// </summary>
    public static string? In(object message) => In(message, "");

    static string? In(object value, string path)
    {
        foreach (var property in Known.GetOrAdd(value.GetType(), Properties))
        {
            var name = path + property.Name;
            switch (property.Of(value))
            {
                case null when property.IsRequired:
                    return name;
                case IEnumerable items and not string:
                    var place = 0;
                    foreach (var item in items)
                    {
                        if (item is not null && IsOurs(item.GetType()) && In(item, $"{name}[{place}].") is { } missing)
                            return missing;
                        place++;
                    }

                    break;
                case { } inner when IsOurs(inner.GetType()):
                    if (In(inner, $"{name}.") is { } within)
                        return within;
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    // True for the types of a program's own contracts. Text, numbers and times have no properties to check.
    static bool IsOurs(Type type) =>
        !type.IsPrimitive && !type.IsEnum && type.Namespace?.StartsWith(nameof(System), StringComparison.Ordinal) != true;

    static Property[] Properties(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0
                && (!property.PropertyType.IsValueType || IsOurs(property.PropertyType)))
            .Select(property => new Property(
                JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                !property.PropertyType.IsValueType && nullability.Create(property).ReadState == NullabilityState.NotNull,
                property.GetValue))];
    }

    sealed record Property(string Name, bool IsRequired, Func<object, object?> Of);
}
