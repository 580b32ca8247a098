using Orchestrator.Contracts;

namespace Orchestrator.Sagas.Engine;

/// <summary>Where something stands in the JSON of a saga's data.</summary>
static class DataPath
{
    /// <summary>The type of what stands there; nothing when the path leads nowhere that is known.</summary>
    /// <param name="data">The type of the data.</param>
    /// <param name="path">Camel case, dots between levels.</param>
    public static Type? TypeOf(Type data, string path) => path.Split('.').Aggregate((Type?)data, (type, name) => type is null
        ? null
        : WireJson.Options.GetTypeInfo(Bare(type)).Properties.FirstOrDefault(property => property.Name == name)?.PropertyType);

    /// <summary>Whether a number stands there.</summary>
    /// <param name="data">The type of the data.</param>
    /// <param name="path">Camel case, dots between levels.</param>
    public static bool IsNumber(Type data, string path) =>
        TypeOf(data, path) is { } type && Bare(type) is { IsEnum: false } number && Type.GetTypeCode(number) is >= TypeCode.SByte and <= TypeCode.Decimal;

    static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
