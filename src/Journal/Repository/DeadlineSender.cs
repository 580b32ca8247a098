using System.Globalization;
using MassTransit;
using MassTransit.Logging;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal.Deadlines;

namespace Orchestrator.Journal.Repository;

/// <summary>Tells sagas that their deadline has passed.</summary>
public sealed class DeadlineSender(IBus bus)
{
    // The lease is shorter than no answer at all would be: the next sweep tells them again.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Tells one saga; returns when the broker has confirmed it.</summary>
    public async Task Send(DueSaga due, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{SagaQueues.Deadlines(due.Kind)}"));
        var pipe = Pipe.Execute<SendContext>(send =>
        {
            // The same saga told twice of the same deadline is told once.
            send.MessageId = DerivedId.From(
                due.Kind, due.SagaId.ToString(), nameof(DeadlineReached), due.Deadline.UtcTicks.ToString(CultureInfo.InvariantCulture));
            send.CorrelationId = due.SagaId;
            if (due.TraceParent is { } trace)
                send.Headers.Set(DiagnosticHeaders.ActivityId, trace);
        });
        await endpoint.Send(new DeadlineReached(due.SagaId, due.Deadline), pipe, cancellationToken).WaitAsync(Patience, cancellationToken);
    }
}
