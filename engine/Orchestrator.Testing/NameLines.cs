using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Testing;

/// <summary>Writes names, one on each line. Lines that belong to a name are indented below it.</summary>
static class NameLines
{
    const string Urn = "urn:message:";

    static readonly HashSet<string> OfEverySaga =
        [.. WireJson.Options.GetTypeInfo(typeof(SagaData)).Properties.Select(property => property.Name)];

    /// <summary>The exchange of an event: its name on the wire without the prefix.</summary>
    public static string Exchange(Type type) => MessageContract.Urn(type)[Urn.Length..];

    /// <summary>A message and its fields.</summary>
    public static IEnumerable<string> OfMessage(Type type)
    {
        var sentTo = type.GetCustomAttribute<SentToAttribute>() is { } command ? $" sent to {command.Queue}" : "";
        var isPublic = MessageContract.IsPublic(type) ? " public" : "";
        var version = FormattableString.Invariant($"version {SchemaVersionAttribute.Of(type)}");
        yield return $"{MessageContract.Urn(type)} {version}{sentTo}{isPublic}";
        foreach (var field in Fields("", type))
            yield return $"  {field}";
    }

    /// <summary>A saga: its table, its states, its stored data, and the columns of its view.</summary>
    public static IEnumerable<string> OfSaga<TData>(StepSaga<TData> saga)
        where TData : SagaData
    {
        yield return FormattableString.Invariant($"saga {saga.Kind} version {saga.Version}");
        foreach (var line in TableFingerprint.Of(saga).Split('\n'))
            yield return $"  table {line}";
        foreach (var state in StateSpace.Explore(saga).Select(edge => edge.To).Distinct().Order(StringComparer.Ordinal))
            yield return $"  state {state}";
        foreach (var field in Fields("", typeof(TData)).Where(field => !OfEverySaga.Contains(field.Split('.', ':', '?', '[')[0])))
            yield return $"  data {field}";
        yield return $"  view {saga.Kind.Replace('-', '_')}";
        foreach (var column in saga.Columns)
            yield return $"  column {column.Name}: {column.Path}";
    }

    /// <summary>The queues of a participant, and the exchanges that they subscribe to.</summary>
    public static async Task<IReadOnlyList<string>> OfParticipant(Func<Database, IParticipant> make)
    {
        await using var database = TemporaryDatabase.Create();
        using var participant = make(database);
        return
        [
            .. participant.Commands.Select(queue => $"queue {queue.Key}"),
            .. participant.Events.SelectMany(queue => queue.Select(type => $"queue {queue.Key} subscribes to {Exchange(type)}")),
        ];
    }

    /// <summary>The tables that a migration creates, and their columns.</summary>
    public static async Task<IReadOnlyList<string>> OfTables(Func<Database, Task> migrate)
    {
        await using var database = TemporaryDatabase.Create();
        await migrate(database);
        return await database.Read(sql => sql.Query(
            """
            SELECT '' AS part, t.name AS line, t.name AS name, -1 AS place FROM sqlite_schema t
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\_\_%' ESCAPE '\'
            UNION ALL
            SELECT c.name, c.name || ': ' || lower(c.type), t.name, c.cid FROM sqlite_schema t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\_\_%' ESCAPE '\'
            ORDER BY 3, 4
            """,
            row => row.GetString(0).Length == 0 ? $"table {row.GetString(1)}" : $"  {row.GetString(1)}"));
    }

    static IEnumerable<string> Fields(string prefix, Type type) =>
        WireJson.Options.GetTypeInfo(type).Properties.SelectMany(property =>
        {
            var name = prefix + property.Name;
            var nullable = property.IsGetNullable ? "?" : "";
            var value = WireJson.Options.GetTypeInfo(property.PropertyType);
            if (Nullable.GetUnderlyingType(property.PropertyType) is { } present
                && WireJson.Options.GetTypeInfo(present).Kind == JsonTypeInfoKind.Object)
                return Fields($"{name}?.", present);
            return value switch
            {
                { Kind: JsonTypeInfoKind.Object } => Fields($"{name}{nullable}.", value.Type),
                { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }
                    when WireJson.Options.GetTypeInfo(element).Kind == JsonTypeInfoKind.Object => Fields($"{name}{nullable}[].", element),
                { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } => [$"{name}{nullable}[]: {NameOf(element)}"],
                _ => [$"{name}: {NameOf(value.Type)}{nullable}"],
            };
        });

    static string NameOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name;
}
