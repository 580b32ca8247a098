using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>Prints dead letters: as text for people, or as one JSON object on each line for machines.</summary>
/// <param name="json">Whether to print JSON.</param>
sealed class DeadLetterPrinter(bool json)
{
    const int LongestReason = 160;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Default };

    /// <summary>Prints one entry of a list.</summary>
    public void Print(DeadLetterEntry letter)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(letter, Json));
            return;
        }

        var again = letter.Times > 1
            ? FormattableString.Invariant($"  failed {letter.Times} times since {letter.FirstAt.UtcDateTime:u}") : "";
        var what = $"{letter.SourceQueue}  {Known(letter.MessageType)}  saga {Known(letter.SagaId)}  {Known(letter.ReasonClass)}";
        Console.WriteLine(FormattableString.Invariant($"{letter.Id}  {letter.At.UtcDateTime:u}  {what}{again}"));
        var reason = CommandOptions.Printable(letter.Reason);
        Console.WriteLine($"  {(reason.Length > LongestReason ? $"{reason[..LongestReason]}…" : reason)}");
        if (WhatWasDone(letter) is { } done)
            Console.WriteLine($"  {done}");
    }

    /// <summary>Prints one dead letter in full.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="chain">All dead letters of the same message.</param>
    /// <param name="withBody">Whether to print the body too.</param>
    public void Print(DeadLetter letter, IReadOnlyList<DeadLetterEntry> chain, bool withBody)
    {
        var entry = chain.Single(one => one.Id == letter.Id);
        if (json)
        {
            var all = JsonSerializer.SerializeToNode(entry, Json)!.AsObject();
            all["exchange"] = letter.Exchange;
            all["stack"] = letter.Stack;
            all["chain"] = JsonSerializer.SerializeToNode(chain, Json);
            all["headers"] = JsonNode.Parse(letter.Headers);
            if (withBody)
                (all["body"], all["bodyIsBase64"]) = (letter.Body, letter.BodyIsBase64);
            Console.WriteLine(all.ToJsonString(Json));
            return;
        }

        foreach (var (name, value) in new[]
        {
            ("id", letter.Id.ToString()), ("state", entry.State.ToString()), ("queue", letter.SourceQueue),
            ("exchange", Known(letter.Exchange)),
            ("type", Known(letter.MessageType)), ("message", Known(letter.MessageId)), ("saga", Known(letter.SagaId)),
            ("class", Known(letter.ReasonClass)),
            ("reason", CommandOptions.Printable(letter.Reason)),
        })
            Console.WriteLine($"{name + ":",-9} {value}");
        Console.WriteLine("history:");
        foreach (var one in chain)
            Console.WriteLine(FormattableString.Invariant($"  {one.At.UtcDateTime:u}  {one.Id}  {WhatWasDone(one) ?? "open"}"));
        Console.WriteLine($"headers:\n{JsonNode.Parse(letter.Headers)!.ToJsonString(Readable)}");
        if (letter.Stack is { } stack)
            Console.WriteLine($"stack:\n{Lines(stack)}");
        Console.WriteLine(withBody
            ? $"body{(letter.BodyIsBase64 ? " (base 64)" : "")}:\n{Lines(letter.Body)}"
            : FormattableString.Invariant(
                $"body:     {letter.Body.Length} characters, which may contain personal data; --body shows them"));
    }

    static string? WhatWasDone(DeadLetterEntry letter) => letter switch
    {
        { Redriven: { } act } => CommandOptions.Printable(WhyNotOpen.Told("sent it back", act)),
        { Discarded: { } act } => CommandOptions.Printable(WhyNotOpen.Told("discarded it", act)),
        _ => null,
    };

    static string Known(object? value) => value is null ? "-" : CommandOptions.Printable(value.ToString()!);

    static string Lines(string text) => string.Join('\n', text.Split('\n').Select(CommandOptions.Printable));
}
