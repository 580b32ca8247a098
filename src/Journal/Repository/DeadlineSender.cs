using MassTransit;
using MassTransit.Logging;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal.Deadlines;

namespace Orchestrator.Journal.Repository;

/// <summary>Tells sagas that their deadline has passed.</summary>
public sealed class DeadlineSender(IBus bus)
{
    // The bus may wait for a topology that nobody sets up any more, without regard to the token.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Tells one saga; returns when the broker has confirmed it.</summary>
    public Task Tell(DueSaga due, CancellationToken cancellationToken) => Send(due, cancellationToken).WaitAsync(Patience, cancellationToken);

    async Task Send(DueSaga due, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{SagaQueues.Deadlines(due.Kind)}"));
        var pipe = Pipe.Execute<SendContext>(send =>
        {
            send.MessageId = due.MessageId;
            send.CorrelationId = due.SagaId;
            if (due.TraceParent is { } trace)
                send.Headers.Set(DiagnosticHeaders.ActivityId, trace);
        });
        await endpoint.Send(new DeadlineReached(due.SagaId, due.Deadline), pipe, cancellationToken);
    }
}
