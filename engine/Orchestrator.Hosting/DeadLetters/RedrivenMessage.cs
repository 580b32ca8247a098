using System.Text;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Journal.DeadLetters;
using RabbitMQ.Client;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>
/// Turns a dead letter back into its message: the same body, ids and headers, without the headers that its failures added.
/// </summary>
public static class RedrivenMessage
{
    static readonly string[] OfTheFailure =
    [
        "x-", "MT-Fault-", "MT-Host-", MessageHeaders.Reason, MessageHeaders.RedeliveryCount, WireHeaders.Deferrals,
    ];

    /// <summary>The message's properties and headers.</summary>
    public static BasicProperties Properties(DeadLetter letter)
    {
        using var kept = JsonDocument.Parse(letter.Headers);
        var (properties, headers) = (kept.RootElement.GetProperty("properties"), kept.RootElement.GetProperty("headers"));
        var message = new BasicProperties
        {
            Persistent = true,
            ContentType = Text(properties, "contentType"),
            ContentEncoding = Text(properties, "contentEncoding"),
            MessageId = Text(properties, "messageId"),
            CorrelationId = Text(properties, "correlationId"),
            Type = Text(properties, "type"),
            AppId = Text(properties, "appId"),
            ReplyTo = Text(properties, "replyTo"),
            Headers = headers.EnumerateObject()
                .Where(header => !OfTheFailure.Any(prefix => header.Name.StartsWith(prefix, StringComparison.Ordinal)))
                .ToDictionary(header => header.Name, header => Value(header.Value)),
        };
        if (properties.TryGetProperty("timestamp", out var timestamp))
            message.Timestamp = new AmqpTimestamp(timestamp.GetInt64());
        // Marks the message as a redelivery. It may have been handled without its own messages being sent. A redelivery sends them again,
        // and a plain copy would not.
        message.Headers[MessageHeaders.RedeliveryCount] = "1";
        // The check of its first exchange is made again.
        if (letter.Exchange is { } exchange)
            message.Headers[WireHeaders.OriginExchange] = exchange;
        else
            message.Headers.Remove(WireHeaders.OriginExchange);
        // Part of the id of the next dead letter. So a message that fails again is a new dead letter, even with the same failure. A message
        // that was sent back twice is the same one.
        message.Headers[WireHeaders.RedrivenFrom] = letter.Id.ToString();
        return message;
    }

    /// <summary>The message's body.</summary>
    public static ReadOnlyMemory<byte> Body(DeadLetter letter) =>
        letter.BodyIsBase64 ? Convert.FromBase64String(letter.Body) : Encoding.UTF8.GetBytes(letter.Body);

    static string? Text(JsonElement properties, string name) => properties.TryGetProperty(name, out var value) ? value.GetString() : null;

    static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(entry => entry.Name, entry => Value(entry.Value)),
        _ => null,
    };
}
