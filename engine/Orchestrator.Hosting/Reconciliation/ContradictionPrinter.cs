using System.Text.Json;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Prints contradictions for people, or as one JSON object a line for programs.</summary>
/// <param name="json">Whether it prints JSON.</param>
sealed class ContradictionPrinter(bool json)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Prints one contradiction.</summary>
    /// <param name="contradiction">What contradicts what.</param>
    /// <param name="acknowledgement">Who has acknowledged it; null when nobody has.</param>
    /// <param name="sent">The types of the messages that were sent again to mend it.</param>
    public void Print(Contradiction contradiction, Acknowledgement? acknowledgement, params IReadOnlyList<string> sent)
    {
        var (kind, found, repair, isSafe) = contradiction.Finding;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new Dictionary<string, object?>
                {
                    ["kind"] = kind,
                    [$"{contradiction.Noun}Id"] = contradiction.SagaId,
                    [$"{contradiction.Noun}Number"] = contradiction.BusinessKey,
                    ["found"] = found,
                    ["repair"] = repair,
                    ["isSafe"] = isSafe,
                    ["sentAgain"] = sent,
                    ["acknowledged"] = acknowledgement,
                },
                Json));
            return;
        }

        Console.WriteLine(Sentence(contradiction));
        Console.WriteLine(acknowledgement is null
            ? $"  repair{(isSafe ? ", with --repair" : " by hand")}: {repair}"
            : $"  {Told(acknowledgement)}");
        if (sent.Count > 0)
            Console.WriteLine($"  sent again: {string.Join(", ", sent)}");
    }

    /// <summary>Prints the figures at the end.</summary>
    public void Sum(params (string Name, object Value)[] figures) => Console.WriteLine(json
        ? JsonSerializer.Serialize(figures.ToDictionary(figure => figure.Name, figure => figure.Value), Json)
        : string.Join(' ', figures.Select(figure => FormattableString.Invariant($"{figure.Name}={figure.Value}"))));

    /// <summary>A contradiction in a line.</summary>
    public static string Sentence(Contradiction contradiction) =>
        $"{contradiction.Finding.Kind}: {contradiction.Noun} {contradiction.BusinessKey ?? "without a number"} ({contradiction.SagaId}): "
        + contradiction.Finding.Found;

    /// <summary>Who has acknowledged a contradiction, in a few words.</summary>
    public static string Told(Acknowledgement acknowledgement) =>
        FormattableString.Invariant(
            $"acknowledged by {acknowledgement.By} on {acknowledgement.At.UtcDateTime:u}: {acknowledgement.Reason}");
}
