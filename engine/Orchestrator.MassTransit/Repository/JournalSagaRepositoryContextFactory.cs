using MassTransit;
using MassTransit.Saga;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Telemetry;

namespace Orchestrator.MassTransit.Repository;

/// <summary>MassTransit's way into the journal: the saga repository.</summary>
public sealed class JournalSagaRepositoryContextFactory<TData>(
    SagaJournal journal, SagaKind<TData> kind, StepSagaStateMachine<TData> machine, OutgoingPublisher publisher, TransitionWatch watch, StepBreaker breaker)
    : ISagaRepositoryContextFactory<StepSagaInstance<TData>>
    where TData : SagaData
{
    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateScope("journal").Add("kind", kind.Name);

    /// <inheritdoc />
    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<StepSagaInstance<TData>, T>> next)
        where T : class
    {
        var sagaId = context.CorrelationId ?? throw new RejectedMessageException($"{typeof(T).Name} without a correlation id belongs to no saga");
        if (sagaId == Guid.Empty)
            throw new RejectedMessageException($"{typeof(T).Name} names a saga whose id is all zeros, or none");
        var (message, move) = (IncomingEnvelope.Of(context), (SagaMove?)null);
        var outgoing = await journal.Handle(
            kind, sagaId, message, IncomingEnvelope.Cause(context, ActorOf(context.Message)), IsRedelivery(context),
            async loaded =>
            {
                (var decided, move) = await Try(() => Decide(context, next, message, loaded), context);
                return decided;
            },
            context.CancellationToken);
        using var span = move is null ? null : watch.Saw(move);
        // The journal's lock is released: a broker that is away holds up only the messages that it concerns.
        await publisher.Send(kind, outgoing, context.CancellationToken);
        if (move?.Decided.Answered is { } command)
            await breaker.Close(kind, command, context.CancellationToken);
    }

    /// <summary>Sagas are found by their id alone.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<StepSagaInstance<TData>> query, IPipe<SagaRepositoryQueryContext<StepSagaInstance<TData>, T>> next)
        where T : class =>
        throw new NotSupportedException($"{typeof(T).Name} looks for {kind.Name} by a query; a journalled saga is found by its id");

    static string? ActorOf(object message) => message switch
    {
        IOperatorCommand command => command.Actor,
        ICancellation cancellation => cancellation.RequestedBy,
        _ => null,
    };

    // By the broker, by MassTransit within the process, or out of a queue in which it waited for another try.
    static bool IsRedelivery(ConsumeContext context) =>
        context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0 || context.ReceiveContext.TransportHeaders.TryGetHeader(MessageHeaders.RedeliveryCount, out _);

    // A saga that can't act on its deadline is told of it again by the sweep, each time after a longer while. More tries in between
    // would only keep the places that the deadlines of others wait for.
    static async Task<(Decided, SagaMove?)> Try<T>(Func<Task<(Decided, SagaMove?)>> decide, ConsumeContext<T> context)
        where T : class
    {
        try
        {
            return await decide();
        }
        catch (Exception e) when (context is ConsumeContext<DeadlineReached> && e is not (RejectedMessageException or OperationCanceledException))
        {
            throw new RejectedMessageException($"the saga can't act on its deadline: {e.GetBaseException().Message}", e);
        }
    }

    async Task<(Decided, SagaMove?)> Decide<T>(
        ConsumeContext<T> context, IPipe<SagaRepositoryContext<StepSagaInstance<TData>, T>> next, Envelope message, Loaded loaded)
        where T : class
    {
        var instance = InstanceOf(loaded.Saga);
        var had = instance?.Data;
        var outbox = new Outbox();
        var attempt = new JournalSagaRepositoryContext<TData, T>(context, instance, loaded.Circumstances, outbox);
        await next.Send(attempt);

        return attempt.Moved switch
        {
            { IsUntouched: true } => (Decided.Unrecorded([]), null),
            { Data: { } data } moved => Moved(data, kind.Decided(
                loaded.Saga, moved.Lifecycle, moved.Awaited, data, Recorded(), moved.Deadline, moved.Remark) with
            { Answered = moved.Answered }),
            // An answer to somebody who asked for a saga that does not exist.
            null when loaded.Saga is null && outbox.Count > 0 => (Decided.Unrecorded(Recorded()), null),
            _ => throw new InvalidOperationException($"{typeof(T).Name} left no state of {kind.Name} {context.CorrelationId}"),
        };

        List<OutgoingEnvelope> Recorded() => [.. outbox.Select(outgoing => OutgoingEnvelope.Of(outgoing, message, loaded.Now))];

        (Decided, SagaMove) Moved(TData has, Decided decided) => (decided, new SagaMove(
            kind.Name, context.CorrelationId!.Value, message, loaded.Saga, had, decided, has, loaded.Now, (context.Message as DeadlineReached)?.Deadline));
    }

    StepSagaInstance<TData>? InstanceOf(SagaRow? row)
    {
        if (row is null)
            return null;
        var state = kind.StateOf(row);
        return new StepSagaInstance<TData>
        {
            CorrelationId = state.Id,
            CurrentState = machine.StateOf(state),
            Lifecycle = state.Lifecycle,
            Awaited = row.Step,
            Version = state.Version,
            Data = state.Data,
        };
    }
}
