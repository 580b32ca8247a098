using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace Orchestrator.Local.Faults;

/// <summary>Catches the messages that a handler sends, publishes and answers. For the handler they are sent.</summary>
/// <typeparam name="T">The message that is handled.</typeparam>
/// <param name="context">The message that is handled.</param>
/// <param name="provider">The services of the context.</param>
abstract class CatchingConsumeContext<T>(ConsumeContext<T> context, IServiceProvider provider)
    : OutboxConsumeContextProxy<T>(context, NoOptions, provider)
    where T : class
{
    static readonly OutboxConsumeOptions NoOptions = new();

    /// <inheritdoc />
    public override bool ContinueProcessing { get; set; }

    /// <inheritdoc />
    public override bool IsMessageConsumed => false;

    /// <inheritdoc />
    public override bool IsOutboxDelivered => false;

    /// <inheritdoc />
    public override int ReceiveCount => 1;

    /// <inheritdoc />
    public override long? LastSequenceNumber => null;

    /// <summary>Takes a message instead of sending it.</summary>
    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        Catch(context);
        return Task.CompletedTask;
    }

    // MassTransit calls these members for an outbox of its own. There is none here, so they do nothing.

    /// <inheritdoc />
    public override Task SetConsumed() => Task.CompletedTask;

    /// <inheritdoc />
    public override Task SetDelivered() => Task.CompletedTask;

    /// <inheritdoc />
    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    /// <inheritdoc />
    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    /// <inheritdoc />
    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    /// <summary>Keeps one message.</summary>
    protected abstract void Catch<TMessage>(SendContext<TMessage> context)
        where TMessage : class;
}
