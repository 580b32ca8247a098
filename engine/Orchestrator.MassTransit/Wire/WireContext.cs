using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Wire;

/// <summary>An envelope in the form that MassTransit needs. For rare requests MassTransit's own reader reads the same body.</summary>
sealed class WireContext(WireEnvelope envelope, MessageBody body) : SerializerContext
{
    static readonly SystemTextJsonMessageSerializer MassTransits = SystemTextJsonMessageSerializer.Instance;

    Uri? _sourceAddress;
    Uri? _destinationAddress;
    Uri? _responseAddress;
    Uri? _faultAddress;
    Headers? _headers;
    HostInfo? _host;
    SerializerContext? _massTransits;

    public Guid? MessageId => envelope.MessageId;

    public Guid? RequestId => envelope.RequestId;

    public Guid? CorrelationId => envelope.CorrelationId;

    public Guid? ConversationId => envelope.ConversationId;

    public Guid? InitiatorId => envelope.InitiatorId;

    public DateTime? ExpirationTime => envelope.ExpirationTime;

    public Uri? SourceAddress => _sourceAddress ??= Address(envelope.SourceAddress);

    public Uri? DestinationAddress => _destinationAddress ??= Address(envelope.DestinationAddress);

    public Uri? ResponseAddress => _responseAddress ??= Address(envelope.ResponseAddress);

    public Uri? FaultAddress => _faultAddress ??= Address(envelope.FaultAddress);

    public DateTime? SentTime => envelope.SentTime;

    public Headers Headers => _headers ??= new ReadOnlyDictionaryHeaders(MassTransits, envelope.Headers);

    public HostInfo Host => _host ??= envelope.Host.IsEmpty
        ? HostMetadataCache.Empty
        : JsonSerializer.Deserialize<HostInfo>(envelope.Host.Span, SystemTextJsonMessageSerializer.Options) ?? HostMetadataCache.Empty;

    public string[] SupportedMessageTypes => envelope.MessageTypes;

    SerializerContext MassTransitsOwn => _massTransits ??= MassTransits.Deserialize(body, EmptyHeaders.Instance);

    /// <summary>Whether the message can be read as this type.</summary>
    public bool Offers<T>()
        where T : class => IsSupportedMessageType<T>() || typeof(T) == typeof(JsonObject);

    public bool IsSupportedMessageType<T>()
        where T : class => Has(Urn<T>.Text);

    public bool IsSupportedMessageType(Type messageType) => Has(MessageUrn.ForTypeString(messageType));

    public bool TryGetMessage<T>(out T? message)
        where T : class
    {
        if (typeof(T).IsInterface) // MassTransit makes a class for the interface.
            return MassTransitsOwn.TryGetMessage(out message);
        message = typeof(T) == typeof(JsonObject) ? JsonNode.Parse(envelope.Message.Span) as T
            : IsSupportedMessageType<T>() ? JsonSerializer.Deserialize<T>(envelope.Message.Span, WireJson.Options)
            : null;
        return message is not null;
    }

    public bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
    {
        if (messageType.IsInterface)
            return MassTransitsOwn.TryGetMessage(messageType, out message);
        message = JsonSerializer.Deserialize(envelope.Message.Span, messageType, WireJson.Options);
        return message is not null;
    }

    public IMessageSerializer GetMessageSerializer() => MassTransitsOwn.GetMessageSerializer();

    public IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message)
        where T : class => MassTransitsOwn.GetMessageSerializer(envelope, message);

    public IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) =>
        MassTransitsOwn.GetMessageSerializer(message, messageTypes);

    public Dictionary<string, object> ToDictionary<T>(T? message)
        where T : class => MassTransitsOwn.ToDictionary(message);

    public T? DeserializeObject<T>(object? value, T? defaultValue = null)
        where T : class => MassTransits.DeserializeObject(value, defaultValue);

    public T? DeserializeObject<T>(object? value, T? defaultValue = null)
        where T : struct => MassTransits.DeserializeObject(value, defaultValue);

    public MessageBody SerializeObject(object? value) => MassTransits.SerializeObject(value);

    bool Has(string type)
    {
        foreach (var offered in envelope.MessageTypes)
        {
            if (ReferenceEquals(offered, type) || string.Equals(offered, type, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    static Uri? Address(string? text) => string.IsNullOrWhiteSpace(text) ? null : new Uri(text);

    static class Urn<T>
        where T : class
    {
        public static readonly string Text = MessageUrn.ForTypeString<T>();
    }
}
