using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace Orchestrator.Local.Faults;

/// <summary>Lets a handler believe that it has sent: what it sends, publishes and answers is caught instead.</summary>
/// <typeparam name="T">The message that is handled.</typeparam>
/// <param name="context">What is handled.</param>
/// <param name="provider">Its services.</param>
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

    /// <summary>Takes what would have been sent.</summary>
    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        Catch(context);
        return Task.CompletedTask;
    }

    // MassTransit keeps nothing of it in a database of its own, so it delivers nothing from one.

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
