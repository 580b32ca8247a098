using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Faults;

/// <summary>Lets a handler believe that it has answered.</summary>
sealed class WithheldAnswers<TCommand>(ConsumeContext<TCommand> context, IServiceProvider provider)
    : OutboxConsumeContextProxy<TCommand>(context, NoOptions, provider)
    where TCommand : class
{
    static readonly OutboxConsumeOptions NoOptions = new();
    readonly List<HeldMessage> _answers = [];

    /// <summary>What it answered.</summary>
    public IReadOnlyList<HeldMessage> Answers => _answers;

    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => false;

    public override bool IsOutboxDelivered => false;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        _answers.Add(new HeldMessage(
            context.Message, typeof(TMessage), null, context.MessageId, MessageId?.ToString(), ConversationId,
            context.Headers.Get<string>(WireHeaders.Source) ?? Participants.Of(typeof(TCommand))));
        return Task.CompletedTask;
    }

    // Nothing of it is kept in a database, so nothing is delivered from one.
    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
