using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>What a message is called on the wire, and its fields: other versions and other parties rely on them.</summary>
public class Wire_names
{
    const string Frozen = "tests/Unit/Contracts/wire-names.txt";

    [Test]
    public void Stay_as_they_are()
    {
        var actual = string.Concat(Messages.Types.Select(Describe));
        var frozen = File.ReadAllText(Path.Combine(Repository.Root, Frozen));
        if (actual == frozen)
            return;

        var written = Path.Combine(AppContext.BaseDirectory, "wire-names.actual.txt");
        File.WriteAllText(written, actual);
        Assert.Fail($"""
            The contracts differ from {Frozen}:
            {Difference(frozen, actual)}
            Messages under way and messages stored by other versions have the old names.
            - Not meant? Change the record back.
            - A new message, or a new field that may be absent? Old readers ignore it: copy {written} over the frozen file.
            - A field renamed, removed or with a new meaning? Keep the old one beside it until nothing sends it, raise [SchemaVersion], then copy the file.
            """);
    }

    static string Describe(Type type)
    {
        var text = new StringBuilder($"{MessageUrn.ForTypeString(type)} version {type.GetCustomAttribute<SchemaVersionAttribute>()?.Version ?? 1}");
        if (type.GetCustomAttribute<SentToAttribute>() is { } command)
            text.Append($" sent to {command.Queue}");
        if (MessageContract.IsPublic(type))
            text.Append(" public");
        text.Append('\n');
        foreach (var field in Fields("", type))
            text.Append($"  {field}\n");
        return text.ToString();
    }

    static IEnumerable<string> Fields(string prefix, Type type) =>
        WireJson.Options.GetTypeInfo(type).Properties.SelectMany(property =>
        {
            var name = prefix + property.Name;
            var nullable = property.IsGetNullable ? "?" : "";
            var value = WireJson.Options.GetTypeInfo(property.PropertyType);
            return value switch
            {
                { Kind: JsonTypeInfoKind.Object } => Fields($"{name}{nullable}.", value.Type),
                { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }
                    when WireJson.Options.GetTypeInfo(element).Kind == JsonTypeInfoKind.Object => Fields($"{name}{nullable}[].", element),
                { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } => [$"{name}{nullable}[]: {element.Name}"],
                _ => [$"{name}: {value.Type.Name}{nullable}"],
            };
        });

    static string Difference(string frozen, string actual)
    {
        var (before, after) = (Lines(frozen), Lines(actual));
        return string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")));
    }

    /// <summary>The fields, each with the message that it belongs to.</summary>
    static List<string> Lines(string text)
    {
        var message = "";
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            line.StartsWith(' ') ? $"{message.Split(' ')[0]} {line.Trim()}" : message = line)];
    }
}
