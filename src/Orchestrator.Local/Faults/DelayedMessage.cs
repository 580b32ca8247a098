using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit;

namespace Orchestrator.Local.Faults;

/// <summary>A message that is sent later, with its own ids.</summary>
/// <param name="Message">The message.</param>
/// <param name="Type">Its type.</param>
/// <param name="Queue">The queue that it is sent to; null when it is published.</param>
/// <param name="Id">Its message id.</param>
/// <param name="Cause">The id of the message that caused it.</param>
/// <param name="ConversationId">The conversation that it belongs to.</param>
/// <param name="Source">The party that sends it.</param>
sealed record DelayedMessage(object Message, Type Type, string? Queue, Guid? Id, string? Cause, Guid? ConversationId, string Source)
    : IPipe<SendContext>, IPipe<PublishContext>
{
    const string Header = "held-back";

    /// <summary>A command that is delivered later.</summary>
    public static DelayedMessage Command<TCommand>(ConsumeContext<TCommand> context)
        where TCommand : class => new(
            context.Message, typeof(TCommand), Participants.QueueOf(typeof(TCommand)), context.MessageId,
            context.Headers.Get<string>(WireHeaders.CausationId), context.ConversationId,
            context.Headers.Get<string>(WireHeaders.Source) ?? "");

    /// <summary>True when the message was delayed before. A message is delayed at most once.</summary>
    public static bool WasDelayed(MessageContext context) => context.Headers.TryGetHeader(Header, out _);

    /// <summary>Sends or publishes it.</summary>
    public async Task Go(IBus bus, CancellationToken cancellationToken)
    {
        if (Queue is null)
        {
            await bus.Publish(Message, Type, (IPipe<PublishContext>)this, cancellationToken);
            return;
        }

        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{Queue}"));
        await endpoint.Send(Message, Type, this, cancellationToken);
    }

    Task IPipe<PublishContext>.Send(PublishContext context) => Prepare(context);

    Task IPipe<SendContext>.Send(SendContext context)
    {
        context.Headers.Set(Header, true);
        return Prepare(context);
    }

    void IProbeSite.Probe(ProbeContext context) => context.CreateScope(Header);

    Task Prepare(SendContext context)
    {
        context.MessageId = Id;
        context.ConversationId = ConversationId;
        context.Headers.Set(WireHeaders.CausationId, Cause);
        context.SentBy(Source);
        return Task.CompletedTask;
    }
}
