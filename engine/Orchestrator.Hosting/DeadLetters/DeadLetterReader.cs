using System.Globalization;
using System.Text;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>Reads what it can from a message that was set aside. Every message can be kept, however broken it is.</summary>
/// <param name="messages">The types of the messages that may have been set aside.</param>
public sealed class DeadLetterReader(IEnumerable<Type> messages)
{
    const int Deepest = 20;

    // The end of the year 9999, the latest time of .NET.
    const long LastSecond = 253_402_300_799;
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly IReadOnlySet<string> _sagaIds = EnvelopeScan.NamesOfSagaIds(messages);

    /// <summary>Makes a dead letter from a message.</summary>
    /// <param name="queue">The queue that it was drained from.</param>
    /// <param name="properties">Its properties and headers.</param>
    /// <param name="content">Its body.</param>
    public DeadLetter Read(string queue, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> content)
    {
        var headers = Plain(properties.Headers ?? new Dictionary<string, object?>(), 0);
        var (body, isBase64) = Text(content);
        var scan = EnvelopeScan.Of(content, _sagaIds);
        var headersJson = JsonSerializer.Serialize(new { properties = Properties(properties), headers });
        return new DeadLetter(
            DerivedId.From(queue, headersJson, body),
            SourceQueue(queue),
            Id(properties.MessageId) ?? scan.MessageId,
            MessageType(scan, headers),
            scan.SagaId ?? Id(properties.CorrelationId) ?? scan.CorrelationId,
            Reason(queue, headers),
            headers.GetValueOrDefault(MessageHeaders.FaultStackTrace)?.ToString(),
            headersJson,
            body,
            isBase64,
            // The exchange is taken only from headers that a host of this program or the broker has just written.
            IsError(queue)
                ? headers.GetValueOrDefault(WireHeaders.OriginExchange)?.ToString()
                : Deaths(headers)
                .LastOrDefault(death => death.GetValueOrDefault("queue")?.ToString() == SourceQueue(queue))?.GetValueOrDefault(
                    "exchange")?.ToString(),
            Class(queue, headers),
            Id(headers.GetValueOrDefault(WireHeaders.RedrivenFrom)?.ToString()));
    }

    static bool IsError(string queue) => queue.EndsWith("_error", StringComparison.Ordinal);

    static string Class(string queue, Dictionary<string, object?> headers) =>
        IsError(queue) ? headers.GetValueOrDefault(MessageHeaders.FaultExceptionType)?.ToString()?.Split('.')[^1] switch
        {
            nameof(ForeignMessageException) => DeadLetterReason.Origin,
            nameof(RejectedMessageException) => DeadLetterReason.Rejected,
            _ => DeadLetterReason.Failed,
        }
        : queue != BrokerQueues.DeadLetters(SourceQueue(queue)) ? DeadLetterReason.UnknownType
        : Death(headers, "reason") == "delivery_limit" ? DeadLetterReason.DeliveryLimit : DeadLetterReason.Broker;

    // The name of the queue gives the source, because the sender could have written the headers.
    static string SourceQueue(string queue) => queue[..queue.LastIndexOf('_')];

    static string Reason(string queue, Dictionary<string, object?> headers) =>
        // The fault headers count only in an error queue, where MassTransit has just written them. Elsewhere they are old, or written by
        // the sender.
        IsError(queue) && headers.GetValueOrDefault(MessageHeaders.FaultMessage) is { } fault
            ? $"{headers.GetValueOrDefault(MessageHeaders.FaultExceptionType)}: {fault}".TrimStart(':', ' ')
            : queue == BrokerQueues.DeadLetters(SourceQueue(queue))
                ? Death(headers, "reason") switch
                {
                    "delivery_limit" => "the process that handled it ended again and again without an answer (delivery_limit)",
                    var death => $"the broker set it aside ({death ?? "no reason given"})",
                }
                : "the queue's host has no handler for this type of message";

    // The latest entry comes first. The oldest entry may be that of a redelivery queue.
    static string? Death(Dictionary<string, object?> headers, string what) =>
        Deaths(headers).FirstOrDefault()?.GetValueOrDefault(what)?.ToString();

    static IEnumerable<Dictionary<string, object?>> Deaths(Dictionary<string, object?> headers) =>
        headers.GetValueOrDefault("x-death") is List<object?> deaths ? deaths.OfType<Dictionary<string, object?>>() : [];

    static string? MessageType(EnvelopeScan scan, Dictionary<string, object?> headers) => scan.MessageType is { } type
        ? Storable(type)
        : headers.GetValueOrDefault(MessageHeaders.FaultMessageType)?.ToString()?.Split(':', '.')[^1];

    static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    static (string Body, bool IsBase64) Text(ReadOnlySpan<byte> content)
    {
        try
        {
            if (!content.Contains((byte)0))
                return (Strict.GetString(content), false);
        }
        catch (DecoderFallbackException)
        {
            // The body is not text.
        }

        return (Convert.ToBase64String(content), true);
    }

    // A text of PostgreSQL can't contain NUL. A JSON value that its operators read can't contain NUL either.
    static string Storable(string text) => text.Replace("\0", "\\0", StringComparison.Ordinal);

    static Dictionary<string, object?> Properties(IReadOnlyBasicProperties properties) => new Dictionary<string, object?>
    {
        ["contentType"] = properties.ContentType,
        ["contentEncoding"] = properties.ContentEncoding,
        ["messageId"] = properties.MessageId,
        ["correlationId"] = properties.CorrelationId,
        ["type"] = properties.Type,
        ["appId"] = properties.AppId,
        ["userId"] = properties.UserId,
        ["replyTo"] = properties.ReplyTo,
        ["timestamp"] = properties.IsTimestampPresent() ? properties.Timestamp.UnixTime : null,
    }.Where(property => property.Value is not null).ToDictionary(property => property.Key, property => Plain(property.Value, 0));

    static Dictionary<string, object?> Plain(IDictionary<string, object?> table, int depth)
    {
        var plain = new Dictionary<string, object?>();
        foreach (var (name, value) in table)
            plain[Storable(name)] = Plain(value, depth + 1);
        return plain;
    }

    // The client reads a text of AMQP as bytes.
    static object? Plain(object? value, int depth) => value switch
    {
        byte[] text => Storable(Encoding.UTF8.GetString(text)),
        string text => Storable(text),
        double or float when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)) =>
            Convert.ToString(value, CultureInfo.InvariantCulture),
        AmqpTimestamp { UnixTime: >= 0 and <= LastSecond } time =>
            DateTimeOffset.FromUnixTimeSeconds(time.UnixTime).ToString("O", CultureInfo.InvariantCulture),
        AmqpTimestamp time => time.UnixTime,
        System.Collections.IEnumerable when depth > Deepest => "nested too deeply to be kept",
        IDictionary<string, object?> table => Plain(table, depth),
        System.Collections.IEnumerable list => list.Cast<object?>().Select(item => Plain(item, depth + 1)).ToList(),
        _ => value,
    };
}
