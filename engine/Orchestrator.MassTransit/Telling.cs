using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.MassTransit;

/// <summary>How a handler publishes an event.</summary>
public static class Telling
{
    /// <summary>
    /// Publishes an event and waits for the broker's confirm. If a queue that listens to it takes nothing, the handled message leaves its
    /// place to others and comes again: handle it so that it may.
    /// </summary>
    /// <param name="context">The message being consumed.</param>
    /// <param name="message">The event.</param>
    /// <param name="pipe">What the event carries beside its content.</param>
    /// <exception cref="DeferredMessageException">A queue takes nothing although the broker is there.</exception>
    public static Task Tell(this ConsumeContext context, object message, IPipe<PublishContext>? pipe = null)
    {
        pipe ??= Pipe.Empty<PublishContext>();
        return context.TryGetPayload<Destinations>(out var destinations)
            // All that the handlers of a queue publish goes over its channel, and may lead to one queue.
            ? destinations.Send(
                BrokerQueues.Event(message.GetType()), Send, context.CancellationToken,
                lane: context.ReceiveContext.InputAddress.AbsolutePath)
            : Patience.Send(Send, context.CancellationToken);

        Task Send(CancellationToken stop) => context.Publish(message, message.GetType(), pipe, stop);
    }
}
