using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>A message that came over MassTransit's transport, as the journal keeps it.</summary>
static class IncomingEnvelope
{
    /// <summary>Makes a delivery of a message that was read.</summary>
    /// <param name="kind">The kind of saga that it is for.</param>
    /// <param name="type">Its type.</param>
    /// <param name="context">The message as it was read.</param>
    /// <param name="isAgain">Whether this process has tried to handle it before.</param>
    /// <exception cref="RejectedMessageException">It has no id, or its content can't be understood.</exception>
    public static Delivery Of(ISagaKind kind, Type type, ConsumeContext context, bool isAgain)
    {
        var id = context.MessageId
            ?? throw new RejectedMessageException("the message has no message id: it could not be told from its copies");
        if (!context.SerializerContext.TryGetMessage(type, out var content) || content is not ISagaMessage message)
            throw new RejectedMessageException($"{type.Name} {id} has no content");
        var envelope = new Envelope(
            id,
            type.Name,
            message.SagaId,
            Guid.TryParse(context.Headers.Get<string>(WireHeaders.CausationId), out var causation) ? causation : null,
            context.ConversationId,
            context.Headers.Get<string>(WireHeaders.Source) ?? context.SourceAddress?.ToString(),
            context.SentTime is { } sent ? new DateTimeOffset(sent.ToUniversalTime(), TimeSpan.Zero) : null,
            context.Headers.Get<int>(WireHeaders.SchemaVersion) ?? 1,
            Content(context, message));
        return new Delivery(
            kind, message, envelope, new Cause(Actors.Of(context, ActorOf(message)), Activity.Current?.Id),
            isAgain || IsRedelivery(context.ReceiveContext));
    }

    // By the broker, or out of a queue in which it waited for another try.
    static bool IsRedelivery(ReceiveContext context) =>
        context.Redelivered || context.TransportHeaders.TryGetHeader(MessageHeaders.RedeliveryCount, out _);

    static string? ActorOf(ISagaMessage message) => message switch
    {
        IOperatorCommand command => command.Actor,
        ICancellation cancellation => cancellation.RequestedBy,
        _ => null,
    };

    // As it came, with the fields that this version does not know.
    static JsonElement Content(ConsumeContext context, ISagaMessage message) =>
        context.SerializerContext.TryGetMessage(typeof(JsonElement), out var content)
        && content is JsonElement { ValueKind: JsonValueKind.Object } element
            ? element
            : JsonSerializer.SerializeToElement(message, message.GetType(), WireJson.Options);
}
