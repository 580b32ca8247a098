using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Wire;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Turns a message of MassTransit's transport into a delivery for the journal.</summary>
static class IncomingEnvelope
{
    /// <summary>Makes a delivery of a message.</summary>
    /// <param name="kind">The kind of saga that it is for.</param>
    /// <param name="type">Its type.</param>
    /// <param name="wire">Its envelope.</param>
    /// <param name="context">How the transport delivered it.</param>
    /// <param name="isAgain">Whether this process has tried to handle it before.</param>
    /// <exception cref="RejectedMessageException">It has no id, or its content can't be read.</exception>
    public static Delivery Of(ISagaKind kind, Type type, WireEnvelope wire, ReceiveContext context, bool isAgain)
    {
        var id = wire.MessageId
            ?? throw new RejectedMessageException("the message has no message id: it can't be told apart from its copies");
        if (wire.Message.IsEmpty || JsonSerializer.Deserialize(wire.Message.Span, type, WireJson.Options) is not ISagaMessage message)
            throw new RejectedMessageException($"{type.Name} {id} has no content");
        var envelope = new Envelope(
            id,
            type.Name,
            message.SagaId,
            Guid.TryParse(wire.Text(WireHeaders.CausationId), out var causation) ? causation : null,
            wire.ConversationId,
            wire.Text(WireHeaders.Source) ?? wire.SourceAddress,
            wire.SentTime is { } sent ? new DateTimeOffset(sent.ToUniversalTime(), TimeSpan.Zero) : null,
            int.TryParse(wire.Text(WireHeaders.SchemaVersion), CultureInfo.InvariantCulture, out var version) ? version : 1,
            // The content as it came, with the fields that this version does not know.
            JsonSerializer.Deserialize<JsonElement>(wire.Message.Span, WireJson.Options));
        var actor = Actors.Of(wire.Text(WireHeaders.Actor), ActorOf(message));
        return new Delivery(kind, message, envelope, new Cause(actor, Activity.Current?.Id), isAgain || IsRedelivery(context));
    }

    // Redelivered by the broker, or from a redelivery queue.
    static bool IsRedelivery(ReceiveContext context) =>
        context.Redelivered || context.TransportHeaders.TryGetHeader(MessageHeaders.RedeliveryCount, out _);

    static string? ActorOf(ISagaMessage message) => message switch
    {
        IOperatorCommand command => command.Actor,
        ICancellation cancellation => cancellation.RequestedBy,
        _ => null,
    };
}
