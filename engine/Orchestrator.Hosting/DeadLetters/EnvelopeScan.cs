using System.Text.Json;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The identity of a message, read from its body. The reading ends where the body can't be read any more.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="CorrelationId">Its correlation id.</param>
/// <param name="MessageType">The name of its type.</param>
/// <param name="SagaId">The saga that its content names.</param>
sealed record EnvelopeScan(Guid? MessageId, Guid? CorrelationId, string? MessageType, Guid? SagaId)
{
    const string Message = "message";

    /// <summary>
    /// The names of the fields in which messages of these types carry the id of their saga: <c>SagaId</c>, <c>TripId</c>, …
    /// </summary>
    public static IReadOnlySet<string> NamesOfSagaIds(IEnumerable<Type> messages) => messages
        .SelectMany(type => type.GetInterfaces())
        .Append(typeof(ISagaMessage))
        .Where(type => type.IsAssignableTo(typeof(ISagaMessage)))
        .SelectMany(type => type.GetProperties().Where(property => property.PropertyType == typeof(Guid)))
        .Select(property => property.Name)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a body: an envelope, or a message without one.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="sagaIds">The names of the fields that may hold the id of its saga.</param>
    public static EnvelopeScan Of(ReadOnlySpan<byte> body, IReadOnlySet<string> sagaIds)
    {
        var scan = new EnvelopeScan(null, null, null, null);
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return scan;
            for (string? part = null; reader.Read();)
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2)
                    continue;
                var (isInside, name) = (reader.CurrentDepth == 2, Text(ref reader));
                if (!isInside)
                    part = name;
                if (isInside && part != Message || !reader.Read())
                    continue;
                scan = (isInside, name) switch
                {
                    (false, "messageId") => scan with { MessageId = Id(ref reader) },
                    (false, "correlationId") => scan with { CorrelationId = Id(ref reader) },
                    (false, "messageType") => scan with { MessageType = FirstOf(ref reader)?.Split(':')[^1] },
                    (_, { } saga) when sagaIds.Contains(saga) => scan with { SagaId = Id(ref reader) ?? scan.SagaId },
                    _ => scan,
                };
            }
        }
        catch (JsonException)
        {
            // The rest can't be read.
        }

        return scan;
    }

    static string? FirstOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartArray && reader.Read() ? Text(ref reader) : null;

    static Guid? Id(ref Utf8JsonReader reader) => Guid.TryParse(Text(ref reader), out var id) && id != Guid.Empty ? id : null;

    static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half of a surrogate pair, or not UTF-8: it is not text.
        }
    }
}
