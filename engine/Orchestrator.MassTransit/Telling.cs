using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.MassTransit;

/// <summary>How a handler publishes an event.</summary>
public static class Telling
{
    /// <summary>
    /// Publishes an event and waits for the broker's confirm. If a queue that subscribes to the event takes no messages, the handled
    /// message is deferred and comes again. So its handler must be able to handle it twice.
    /// </summary>
    /// <param name="context">The message being consumed.</param>
    /// <param name="message">The event.</param>
    /// <param name="pipe">Sets what the event carries beside its content.</param>
    /// <exception cref="DeferredMessageException">A queue takes no messages although the broker can be reached.</exception>
    public static Task Tell(this ConsumeContext context, object message, IPipe<PublishContext>? pipe = null)
    {
        pipe ??= Pipe.Empty<PublishContext>();
        return context.TryGetPayload<Destinations>(out var destinations)
            // All events that the handlers of a queue publish go over that queue's channel, and may lead to one queue.
            ? destinations.Send(
                BrokerQueues.Event(message.GetType()), Send, context.CancellationToken,
                lane: context.ReceiveContext.InputAddress.AbsolutePath)
            : Patience.Send(Send, context.CancellationToken);

        Task Send(CancellationToken stop) => context.Publish(message, message.GetType(), pipe, stop);
    }
}
