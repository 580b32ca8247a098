using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>Makes hostile messages. The same seed makes the same messages.</summary>
/// <param name="seed">The seed of all choices.</param>
/// <param name="victims">Orders that have ended. Well-formed hostile messages are about them.</param>
sealed class HostileMessages(int seed, IReadOnlyList<Guid> victims)
{
    const int Huge = 15_000_000;
    const string Raw = "<raw>";
    const string Json = "application/vnd.masstransit+json";

    static readonly RabbitMqMessageNameFormatter Exchanges = new();
    static readonly DateTimeOffset Sent = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // .NET does not change the algorithm of a Random with a seed.
    readonly Random _random = new(seed);

    /// <summary>This many messages of all kinds, for all queues. A few of them are huge.</summary>
    public IEnumerable<HostileMessage> Make(int count, int huge)
    {
        Func<Inbox, HostileMessage?>[] kinds =
        [
            Noise, Truncated, Deep, WrongType, UnknownType, WithoutMessageId, WithoutSagaId, BadText, BadNumber,
            HugeHeaders, OddHeaders, ForgedActor, AnothersOrder,
        ];
        var bodies = Enumerable.Range(0, huge).Select(i => i * (count / Math.Max(huge, 1))).ToHashSet();
        for (var made = 0; made < count;)
        {
            var inbox = Of(Inbox.All);
            var message = bodies.Remove(made) ? HugeBody(inbox) : Of(kinds)(inbox);
            if (message is null)
                continue; // This queue has no message of this kind.
            made++;
            yield return message;
        }
    }

    /// <summary>An endless sequence of broken messages for one queue.</summary>
    public IEnumerable<HostileMessage> InARow(int count, Inbox inbox) => Enumerable.Range(0, count).Select(_ => Truncated(inbox));

    HostileMessage Noise(Inbox inbox)
    {
        var body = new byte[_random.Next(16, 4_000)];
        _random.NextBytes(body);
        var message = Message(nameof(Noise), Fate.SetAside, inbox, body);
        message.Properties.ContentType = Of(
            [Json, "application/json", "application/octet-stream", "text/plain; charset=utf-99", "¿?;;", "", null]);
        return message;
    }

    HostileMessage Truncated(Inbox inbox)
    {
        var body = Encoding.UTF8.GetBytes(Envelope(Sample(inbox, Id())).ToJsonString());
        // Long enough that no two messages are equal.
        return Message(nameof(Truncated), Fate.SetAside, inbox, body[..^_random.Next(1, body.Length - 70)]);
    }

    HostileMessage Deep(Inbox inbox)
    {
        var depth = _random.Next(70, 20_000);
        var nested = (Of([true, false]) ? $"{new string('[', depth)}{new string(']', depth)}" : new string('[', depth))
            .Replace("[", Of(["[", "{\"a\":"]), StringComparison.Ordinal);
        var envelope = Envelope(Sample(inbox, Id()));
        envelope["message"]![Of(["orderId", "lines", "somethingNew"])] = Raw;
        return Message(nameof(Deep), Fate.SetAside, inbox, Text(envelope, nested));
    }

    HostileMessage WrongType(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Of(victims)));
        var message = envelope["message"]!.AsObject();
        var (field, value) = Of(message.Where(property => property.Value is not null).ToList());
        message[field] = Raw;
        return Message(nameof(WrongType), Fate.SetAside, inbox, Text(envelope, value!.GetValueKind() switch
        {
            JsonValueKind.String => Of(["{}", "[]", "[1,2]", """{"a":"b"}"""]),
            JsonValueKind.Number => Of(["{}", "[]", "\"many\"", "true"]),
            _ => Of(["7", "true", "\"all\""]),
        }));
    }

    HostileMessage UnknownType(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Of(victims)));
        envelope["messageType"] = Raw;
        var (fate, types) = Of<(Fate, string)>(
        [
            (Fate.Waits, $"[\"urn:message:Orchestrator.Contracts.Orders:Order{_random.Next()}\"]"),
            (Fate.Waits, "[\"urn:message:Orchestrator.Contracts.Operations:SagaSuspended\"]"),
            .. new[]
            {
                "[]", "null", "7", "[null]", "[7]", "[{}]", "\"OrderSubmitted\"", $"[\"{new string('x', 100_000)}\"]",
                "[\"urn:message:Orchestrator.Contracts.Orders:Order\\u0000\"]", "[\"urn:message:Orchestrator.Contracts.Orders:\\ud800\"]",
            }.Select(none => (Fate.SetAside, none)),
        ]);
        return Message(nameof(UnknownType), fate, inbox, Text(envelope, types));
    }

    HostileMessage WithoutMessageId(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Of(victims)));
        if (Of([true, false]))
            envelope.Remove("messageId");
        else
            envelope["messageId"] = Of<JsonNode?>([null, "", "no id"]);
        // There is no message id, so this makes the body unique.
        envelope["conversationId"] = Id();
        var message = Message(nameof(WithoutMessageId), Fate.SetAside, inbox, Text(envelope));
        message.Properties.ClearMessageId();
        return message;
    }

    HostileMessage? WithoutSagaId(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Of(victims)));
        var message = envelope["message"]!.AsObject();
        if (IdOf(message) is not { } id)
            return null;
        if (Of([true, false]))
            message.Remove(id);
        else
            message[id] = Guid.Empty;
        return Message(nameof(WithoutSagaId), Fate.SetAside, inbox, Text(envelope));
    }

    HostileMessage? BadText(Inbox inbox)
    {
        var sample = Sample(inbox, inbox.Queue.EndsWith("-intake", StringComparison.Ordinal) ? Id() : Of(victims));
        var envelope = Envelope(sample);
        var texts = Leaves(envelope["message"]!)
            .Where(leaf =>
                leaf.Value.GetValueKind() == JsonValueKind.String
                && leaf.Key is not (
                    "orderId" or "rideId" or "sagaId" or "placedAt" or "deadline" or "at" or "amount" or "unitPrice" or "postalCode"))
                    .ToList();
        if (texts.Count == 0)
            return null;
        var (parent, key, _) = Of(texts);
        parent[key] = Raw;
        return Message(nameof(BadText), IsCheckedByContent(sample) ? Fate.SetAside : Fate.Judged, inbox, Text(envelope, Of(
            ["\"a\\u0000b\"", "\"\\ud83d\"", "\"\\udc00\\ud800\"", "null", "\"  \"", $"\"{new string('x', 201)}\"",
                $"\"{new string('\u4e00', 200_000)}\""])));
    }

    HostileMessage? BadNumber(Inbox inbox)
    {
        var sample = Sample(inbox, inbox.Queue.EndsWith("-intake", StringComparison.Ordinal) ? Id() : Of(victims));
        var envelope = Envelope(sample);
        var numbers = Leaves(envelope["message"]!).Where(leaf => leaf.Key is "quantity" or "unitPrice" or "amount" or "epoch" or "attempt")
            .ToList();
        if (numbers.Count == 0)
            return null;
        var (parent, key, _) = Of(numbers);
        parent[key] = Raw;
        string[] absurd = ["-1", "1e400", "-1e400", "79228162514264337593543950336", "99999999999999999999999999999999999999", "\"1e29\""];
        string[] further = key switch
        {
            "unitPrice" => ["\"-0.01\"", "\"79228162514264337593543950335\""],
            "amount" => ["0.001", "\"92233720368547758.08\"", "0"],
            _ => ["0", "2147483648", "1.5", "1e-400"],
        };
        return Message(
            nameof(BadNumber), IsCheckedByContent(sample) ? Fate.SetAside : Fate.Judged, inbox,
            Text(envelope, Of([.. absurd, .. further])));
    }

    HostileMessage HugeHeaders(Inbox inbox)
    {
        var message = Truncated(inbox) with { Kind = nameof(HugeHeaders) };
        // A frame of the protocol has 128 KiB, and so all headers together have that limit.
        var left = _random.Next(1_000, 125_000);
        for (var i = 0; left > 0; i++)
        {
            var size = Math.Min(left, Of([10, 1_000, 130_000]));
            message.Properties.Headers![string.Create(CultureInfo.InvariantCulture, $"h{i}")] = new string('x', size);
            left -= size + 12;
        }

        return message;
    }

    // The broker itself refuses NaN.
    HostileMessage OddHeaders(Inbox inbox)
    {
        var message = Truncated(inbox) with { Kind = nameof(OddHeaders) };
        foreach (
            var name in new[] { "a", MessageHeaders.RedeliveryCount, WireHeaders.Actor, MessageHeaders.FaultMessage, "x-first-death-queue",
                "MT-Host-MachineName", "a\0b" })
        {
            if (Of([true, false]))
            {
                message.Properties.Headers![name] = Of<object?>(
                [
                    1e308, new AmqpTimestamp(long.MaxValue), new AmqpTimestamp(-1), null, true, -7, int.MinValue, "-3", "2147483648",
                    "a\0b",
                    new byte[] { 0xff, 0, 0xc3 }, new BinaryTableValue([1, 0xff]), new List<object?> { 1L, null, 0.5 },
                    new Dictionary<string, object?> { ["\0"] = new List<object?> { "a\0" } },
                ]);
            }
        }

        message.Properties.Timestamp = new AmqpTimestamp(Of([0, long.MaxValue, long.MinValue]));
        message.Properties.CorrelationId = Of([null, "no id", "\0"]);
        message.Properties.ReplyTo = Of([null, "\0", "rabbitmq://nowhere/x"]);
        message.Properties.Type = Of([null, "a\0b"]);
        message.Properties.Expiration = null;
        return message;
    }

    HostileMessage? ForgedActor(Inbox inbox)
    {
        var sample = Sample(inbox, Of(victims));
        if (sample is not (IOperatorCommand or ICancellation or HoldStep or ReleaseStep))
            return null;
        var envelope = Envelope(sample);
        envelope["headers"] = new JsonObject { [WireHeaders.Actor] = "eve" };
        return Message(nameof(ForgedActor), Fate.SetAside, inbox, Text(envelope));
    }

    // The correlation id may be another one or none: the content counts.
    HostileMessage AnothersOrder(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Of(victims)));
        envelope["correlationId"] = Of<JsonNode?>([null, Id(), Of(victims), "no id"]);
        if (envelope["message"]!["epoch"] is not null)
            envelope["message"]!["epoch"] = _random.Next(1, 4);
        return Message(nameof(AnothersOrder), Fate.Judged, inbox, Text(envelope));
    }

    HostileMessage HugeBody(Inbox inbox)
    {
        var envelope = Envelope(Sample(inbox, Id()));
        envelope["message"]![envelope["message"]!.AsObject().First().Key] = Raw;
        return Of([true, false])
            ? Message(nameof(HugeBody), Fate.SetAside, inbox, Text(envelope, $"[\"{new string('x', Huge)}\"]"))
            : Message(nameof(HugeBody), Fate.SetAside, inbox, Encoding.UTF8.GetBytes($"{Id()}{new string('[', Huge)}"));
    }

    // The host checks each field of a message that starts a saga, and of a command to a participant.
    static bool IsCheckedByContent(object message) =>
        message.GetType().Name is "OrderSubmitted" or "RideRequested"
        || message is IStepMessage && Attribute.IsDefined(message.GetType(), typeof(SentToAttribute));

    static string? IdOf(JsonObject message) =>
        message.Select(property => property.Key).FirstOrDefault(key => key is "orderId" or "rideId" or "sagaId");

    static IEnumerable<(JsonNode Parent, string Key, JsonNode Value)> Leaves(JsonNode node) => node switch
    {
        JsonObject fields =>
            fields.Where(field => field.Value is not null)
            .SelectMany(field => field.Value is JsonValue ? [(node, field.Key, field.Value)] : Leaves(field.Value!)),
        JsonArray items => items.SelectMany(item => Leaves(item!)),
        _ => [],
    };

    JsonObject Envelope(object message) => new()
    {
        ["messageId"] = Id(),
        ["conversationId"] = Id(),
        ["sourceAddress"] = "rabbitmq://localhost/mallory",
        ["messageType"] = new JsonArray(MessageUrn.ForTypeString(message.GetType())),
        ["sentTime"] = Sent,
        ["message"] = JsonSerializer.SerializeToNode(message, WireJson.Options),
    };

    object Sample(Inbox inbox, Guid saga) => Of(inbox.Messages)(saga);

    HostileMessage Message(string kind, Fate fate, Inbox inbox, byte[] body)
    {
        // Half of the messages that a queue subscribes to come as events.
        var isPublished = !inbox.Queue.EndsWith("-commands", StringComparison.Ordinal)
            && !inbox.Queue.EndsWith("-deadlines", StringComparison.Ordinal) && Of([true, false]);
        var properties = new BasicProperties
        {
            MessageId = Id().ToString(),
            ContentType = Json,
            Persistent = true,
            Headers = new Dictionary<string, object?>(),
        };
        return new HostileMessage(
            kind, fate, inbox.Queue, isPublished ? Exchanges.GetMessageName(inbox.Messages[0](Guid.Empty).GetType()) : "", properties,
            body);
    }

    static byte[] Text(JsonObject envelope, string raw = "") =>
        Encoding.UTF8.GetBytes(envelope.ToJsonString(WireJson.Options).Replace($"\"{Raw}\"", raw, StringComparison.Ordinal));

    Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
