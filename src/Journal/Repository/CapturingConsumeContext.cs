using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Sagas.Engine;

namespace Orchestrator.Journal.Repository;

/// <summary>Catches what a state machine sends, serialised once, until its transition is committed.</summary>
sealed class CapturingConsumeContext<T>(ConsumeContext<T> context, IServiceProvider provider, DateTimeOffset now)
    : CatchingConsumeContext<T>(context, provider)
    where T : class
{
    readonly List<OutgoingEnvelope> _captured = [];

    public IReadOnlyList<OutgoingEnvelope> Captured => _captured;

    protected override void Catch<TMessage>(SendContext<TMessage> context)
    {
        if (!context.TryGetPayload<Outgoing>(out var outgoing))
            throw new InvalidOperationException($"a saga sends only what its table says, and {typeof(TMessage).Name} is not part of it");
        _captured.Add(new OutgoingEnvelope(
            outgoing.Queue,
            outgoing.Step,
            outgoing.Attempt,
            outgoing.IsUndo,
            outgoing.MessageId,
            typeof(TMessage).Name,
            context.CorrelationId,
            MessageId,
            ConversationId,
            context.Headers.Get<string>(WireHeaders.Source),
            now,
            context.Headers.Get<int>(WireHeaders.SchemaVersion) ?? 1,
            JsonSerializer.SerializeToElement(context.Message, WireJson.Options))
        {
            Content = context.Message,
        });
    }
}
