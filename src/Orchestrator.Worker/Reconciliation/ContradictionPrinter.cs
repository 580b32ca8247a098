using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Contradictions for people, and for machines as a JSON object a line.</summary>
/// <param name="json">Whether it is for machines.</param>
sealed class ContradictionPrinter(bool json)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>One contradiction.</summary>
    /// <param name="contradiction">What contradicts what.</param>
    /// <param name="acknowledgement">Who has acknowledged it.</param>
    /// <param name="sent">The messages that were sent again to mend it.</param>
    public void Print(Contradiction contradiction, Acknowledgement? acknowledgement, params IReadOnlyList<string> sent)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    contradiction.Kind,
                    contradiction.OrderId,
                    contradiction.OrderNumber,
                    contradiction.Found,
                    contradiction.Repair,
                    contradiction.IsSafe,
                    SentAgain = sent,
                    Acknowledged = acknowledgement,
                },
                Json));
            return;
        }

        Console.WriteLine(Sentence(contradiction));
        Console.WriteLine(acknowledgement is null
            ? $"  repair{(contradiction.IsSafe ? ", with --repair" : " by hand")}: {contradiction.Repair}"
            : $"  {Told(acknowledgement)}");
        if (sent.Count > 0)
            Console.WriteLine($"  sent again: {string.Join(", ", sent)}");
    }

    /// <summary>The figures at the end.</summary>
    public void Sum(params (string Name, object Value)[] figures) => Console.WriteLine(json
        ? JsonSerializer.Serialize(figures.ToDictionary(figure => figure.Name, figure => figure.Value), Json)
        : string.Join(' ', figures.Select(figure => FormattableString.Invariant($"{figure.Name}={figure.Value}"))));

    /// <summary>A contradiction in a line.</summary>
    public static string Sentence(Contradiction contradiction) =>
        $"{contradiction.Kind}: order {contradiction.OrderNumber ?? "without a number"} ({contradiction.OrderId}): {contradiction.Found}";

    /// <summary>Who has acknowledged it.</summary>
    public static string Told(Acknowledgement acknowledgement) =>
        FormattableString.Invariant(
            $"acknowledged by {acknowledgement.By} on {acknowledgement.At.UtcDateTime:u}: {acknowledgement.Reason}");
}
