using System.Text.Json.Serialization.Metadata;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>Finds a property in the JSON of a saga's data by its path.</summary>
static class DataPath
{
    /// <summary>The type of the property, or a clause that says which part of the path does not exist.</summary>
    /// <param name="data">The type of the data.</param>
    /// <param name="path">Camel case, dots between levels.</param>
    public static (Type? Type, string? Problem) Find(Type data, string path)
    {
        var type = data;
        foreach (var name in path.Split('.'))
        {
            var json = WireJson.Options.GetTypeInfo(type);
            // A dictionary may have a value under any key.
            if (json.Kind == JsonTypeInfoKind.Dictionary && name.Length > 0 && name.All(char.IsAsciiLetterOrDigit))
            {
                type = Bare(json.ElementType!);
                continue;
            }

            if (json.Properties.FirstOrDefault(property => property.Name == name && !property.IsExtensionData) is not { } found)
            {
                var known = json.Properties.Where(property => !property.IsExtensionData).Select(property => property.Name).ToList();
                return (null,
                    $"{type.Name} has no property '{name}' in JSON" + (known.Count == 0 ? "" : $"; it has {string.Join(", ", known)}"));
            }

            type = Bare(found.PropertyType);
        }

        return (type, null);
    }

    /// <summary>True when the property is a number.</summary>
    /// <param name="data">The type of the data.</param>
    /// <param name="path">Camel case, dots between levels.</param>
    public static bool IsNumber(Type data, string path) =>
        Find(data, path).Type is { IsEnum: false } type && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
