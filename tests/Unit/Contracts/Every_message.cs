using System.Text.Json;
using MassTransit.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>The wire uses the JSON options of MassTransit, the stores use ours. Each can read the JSON of the other.</summary>
[TestFixtureSource(typeof(Messages), nameof(Messages.Types))]
public class Every_message(Type type)
{
    static readonly JsonSerializerOptions Store = WireJson.Options;
    static readonly JsonSerializerOptions Bus = SystemTextJsonMessageSerializer.Options;

    [Test]
    public void Comes_back_whole_whoever_wrote_and_whoever_reads_it()
    {
        foreach (var message in new[] { Messages.Sample(type), Messages.SparseSample(type) })
            foreach (var writer in new[] { Store, Bus })
                foreach (var reader in new[] { Store, Bus })
                {
                    var back = JsonSerializer.Deserialize(JsonSerializer.Serialize(message, type, writer), type, reader);
                    back.ShouldBeEquivalentTo(message);
                }
    }

    [Test]
    public void Has_amounts_as_strings_and_names_in_camel_case()
    {
        var json = JsonSerializer.Serialize(Messages.Sample(type), type, Store);
        json.ShouldNotContain(":7922816251426433759354395.0335");
        JsonDocument.Parse(json).RootElement.EnumerateObject().ShouldAllBe(property => char.IsAsciiLetterLower(property.Name[0]));
    }
}

public class An_amount_on_the_wire
{
    [TestCase("\"0.10\"")]
    [TestCase("0.10")]
    [TestCase("\"1e-1\"")]
    public void May_be_a_string_or_a_number(string json) =>
        JsonSerializer.Deserialize<decimal>(json, WireJson.Options).ShouldBe(0.1m);

    [TestCase("\"1e29\"")]
    [TestCase("\"\"")]
    [TestCase("\"1,234.50\"")]
    [TestCase("\"much\"")]
    public void Is_none_when_it_is_no_number_that_can_be_kept(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<decimal>(json, WireJson.Options));

    [Test]
    public void Keeps_its_digits() => JsonSerializer.Serialize(14.50m, WireJson.Options).ShouldBe("\"14.50\"");
}
