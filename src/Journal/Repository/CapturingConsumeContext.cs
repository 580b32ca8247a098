using System.Text.Json;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Orchestrator.Contracts;
using Orchestrator.Sagas.Engine;

namespace Orchestrator.Journal.Repository;

/// <summary>Catches what a state machine sends, serialised once, until its transition is committed.</summary>
sealed class CapturingConsumeContext<T>(ConsumeContext<T> context, IServiceProvider provider, DateTimeOffset now)
    : OutboxConsumeContextProxy<T>(context, NoOptions, provider)
    where T : class
{
    static readonly OutboxConsumeOptions NoOptions = new();
    readonly List<OutgoingEnvelope> _captured = [];

    public IReadOnlyList<OutgoingEnvelope> Captured => _captured;

    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => false;

    public override bool IsOutboxDelivered => false;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
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
            JsonSerializer.SerializeToElement(context.Message, WireJson.Options)));
        return Task.CompletedTask;
    }

    // The journal is the outbox: MassTransit's own delivery is never asked for these.
    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
