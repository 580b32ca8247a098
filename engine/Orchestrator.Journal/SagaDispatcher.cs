using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Telemetry;

namespace Orchestrator.Journal;

/// <summary>The one path of a message through a saga: load, decide, commit, send. Nothing else moves a saga.</summary>
/// <remarks>
/// A transport hands it deliveries, and acknowledges each when its task has ended. A process that dies before that leaves the message
/// unacknowledged: it comes again, and what it recorded is sent then. Deliveries that wait at the same time share statements and commits
/// (<see cref="SagaJournal"/>).
/// </remarks>
public sealed partial class SagaDispatcher(
    SagaJournal journal, IOutgoingSender sender, StepBreaker breaker, TransitionWatch watch, ILoggerFactory logs)
{
    // The category in the log has a fixed name, which does not change when the class moves.
    readonly ILogger _logger = logs.CreateLogger("Orchestrator.Sagas");

    /// <summary>Lets messages move their sagas.</summary>
    /// <returns>A task for each, by position. One that fails or waits delays no other.</returns>
    public IReadOnlyList<Task> Dispatch(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken) =>
        [.. deliveries.Select(delivery => Dispatch(delivery, cancellationToken))];

    /// <summary>Lets a message move its saga; returns when the message may be acknowledged.</summary>
    /// <exception cref="RejectedMessageException">The message can never be accepted: it goes to the dead letters.</exception>
    /// <exception cref="DeferredMessageException">
    /// The row is locked or a receiver takes nothing: the message makes room for others and comes again. That is no failed attempt.
    /// </exception>
    /// <exception cref="NewerDefinitionException">Only a newer replica can handle it.</exception>
    /// <exception cref="RemovedStepException">Only an older replica can handle it.</exception>
    public async Task Dispatch(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.SagaId == Guid.Empty)
            throw new RejectedMessageException($"{delivery.Envelope.MessageType} names a saga whose id is all zeros, or none");
        SagaDecision? decision = null;
        var outgoing = await journal.Handle(delivery, loaded => (decision = Decide(delivery, loaded)).Change, cancellationToken);
        using var span = decision?.Observed is { } transition ? watch.Saw(transition) : null;
        // No lock is held here, so a transport that is away delays only the messages that need it.
        await sender.Send(delivery.Kind, outgoing, cancellationToken);
        if (decision?.Change.Answered is { } command)
            await breaker.Close(delivery.Kind, command, cancellationToken);
    }

    // The sweep tells a saga that can't act on its deadline again, each time after a longer while. More tries in between would only take
    // the places that the deadlines of other sagas need.
    SagaDecision Decide(Delivery delivery, Loaded loaded)
    {
        try
        {
            var decision = delivery.Kind.Decide(delivery, loaded);
            if (decision.Warning is { } warning)
                LogWarning(delivery.Kind.Name, delivery.SagaId, warning);
            return decision;
        }
        catch (Exception e) when (delivery.Message is DeadlineReached && e is not RejectedMessageException)
        {
            throw new RejectedMessageException($"the saga can't act on its deadline: {e.GetBaseException().Message}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {SagaId}: {Warning}")]
    partial void LogWarning(string kind, Guid sagaId, string warning);
}
