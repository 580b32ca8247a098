using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The type, id and saga of a message that was not handled, as far as they are known.</summary>
/// <param name="Urn">Its type, as the envelope names it.</param>
/// <param name="Id">Its message id.</param>
/// <param name="Saga">The saga that it concerns.</param>
readonly record struct MessageIdentity(string Urn, Guid? Id, Guid? Saga)
{
    /// <summary>
    /// Whether it names a type in the form that every sender uses. A message without such a name is unknown to replicas of every version.
    /// </summary>
    public bool NamesAType => Urn.StartsWith("urn:message:", StringComparison.Ordinal);

    /// <summary>The name of its type.</summary>
    public string Type => Urn[(Urn.LastIndexOf(':') + 1)..];

    /// <summary>Reads the identity from the envelope, because MassTransit does not give the envelope to the handling of failures.</summary>
    public static MessageIdentity Of(ReceiveContext message)
    {
        var properties = message.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        var (urn, saga) = Envelope(message);
        return new(
            urn, Guid.TryParse(properties.MessageId, out var id) ? id : null,
            Guid.TryParse(properties.CorrelationId, out var known) ? known : saga);
    }

    static (string Urn, Guid? Saga) Envelope(ReceiveContext message)
    {
        try
        {
            using var envelope = JsonDocument.Parse(message.GetBody());
            var saga = envelope.RootElement.TryGetProperty("correlationId", out var correlation)
                && correlation.ValueKind == JsonValueKind.String
                && correlation.TryGetGuid(out var id) ? id : (Guid?)null;
            return (Redacted.Type(envelope.RootElement.TryGetProperty("messageType", out var types) ? types[0].GetString() : null), saga);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            return (Redacted.Type(null), null);
        }
    }
}
