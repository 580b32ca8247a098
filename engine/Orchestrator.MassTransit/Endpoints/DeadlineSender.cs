using MassTransit;
using MassTransit.Logging;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Tells sagas that their deadline has passed.</summary>
public sealed class DeadlineSender(IBus bus, Destinations destinations)
{
    /// <summary>Tells one saga, and returns when the broker has confirmed the message.</summary>
    /// <exception cref="Contracts.DeferredMessageException">The queue takes no messages although the broker can be reached.</exception>
    public async Task Tell(DueSaga due, CancellationToken cancellationToken)
    {
        var queue = SagaQueues.Deadlines(due.Kind);
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        var pipe = Pipe.Execute<SendContext>(send =>
        {
            send.MessageId = due.MessageId;
            send.CorrelationId = due.SagaId;
            if (due.TraceParent is { } trace)
                send.Headers.Set(DiagnosticHeaders.ActivityId, trace);
        });
        await destinations.Send(queue, stop => endpoint.Send(new DeadlineReached(due.SagaId, due.Deadline), pipe, stop), cancellationToken);
    }
}
