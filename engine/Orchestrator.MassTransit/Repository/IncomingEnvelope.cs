using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.MassTransit.Repository;

/// <summary>A consumed message as the journal keeps it.</summary>
static class IncomingEnvelope
{
    /// <exception cref="RejectedMessageException">The message has no id, so nobody could tell it from its copies.</exception>
    public static Envelope Of<T>(ConsumeContext<T> context)
        where T : class => new(
        context.MessageId ?? throw new RejectedMessageException($"{typeof(T).Name} without a message id: it could not be told from its copies"),
        typeof(T).Name,
        context.CorrelationId,
        Guid.TryParse(context.Headers.Get<string>(WireHeaders.CausationId), out var causation) ? causation : null,
        context.ConversationId,
        context.Headers.Get<string>(WireHeaders.Source) ?? context.SourceAddress?.ToString(),
        context.SentTime is { } sent ? new DateTimeOffset(sent.ToUniversalTime(), TimeSpan.Zero) : null,
        context.Headers.Get<int>(WireHeaders.SchemaVersion) ?? 1,
        Content(context));

    /// <summary>Who and what is behind a consumed message.</summary>
    /// <param name="context">The message.</param>
    /// <param name="actor">Who gave it, if it says so itself.</param>
    public static Cause Cause(ConsumeContext context, string? actor) => new(Actors.Of(context, actor), Activity.Current?.Id);

    // As it came, with the fields that this version does not know; a bus without JSON has only the fields that it does.
    static JsonElement Content<T>(ConsumeContext<T> context)
        where T : class =>
        context.SerializerContext is { } serializer && serializer.TryGetMessage(typeof(JsonElement), out var message) && message is JsonElement { ValueKind: JsonValueKind.Object } element
            ? element
            : JsonSerializer.SerializeToElement(context.Message, WireJson.Options);
}
