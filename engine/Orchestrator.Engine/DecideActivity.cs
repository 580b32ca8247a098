using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>The one activity of a compiled state machine: decides, keeps the new state and sends what goes out.</summary>
sealed class DecideActivity<TData, TMessage>(StepSaga<TData> definition, TimeProvider clock)
    : IStateMachineActivity<StepSagaInstance<TData>, TMessage>
    where TData : SagaData
    where TMessage : class, ISagaMessage
{
    public void Probe(ProbeContext context) => context.CreateScope("decide");

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public async Task Execute(
        BehaviorContext<StepSagaInstance<TData>, TMessage> context, IBehavior<StepSagaInstance<TData>, TMessage> next)
    {
        var instance = context.Saga;
        var circumstances = context.TryGetPayload<Circumstances>(out var known) ? known : new Circumstances(clock.GetUtcNow());
        var state = instance.Data is null
            ? null
            : new SagaState<TData>(instance.CorrelationId, instance.Version, instance.Lifecycle, instance.Data);
        var decision = Decider.Decide(definition, state, context.Message, circumstances);

        if (decision.Warning is { } warning)
            EngineLog.Warning?.Log("{Kind} {SagaId}: {Warning}", definition.Kind, instance.CorrelationId, warning);

        instance.IsUntouched = decision.IsNothing;
        instance.Data = decision.State.Data;
        instance.Version = decision.State.Version;
        instance.Lifecycle = decision.State.Lifecycle;
        instance.Awaited = decision.Flow.AwaitedNames(definition.Table);
        instance.Deadline = decision.Deadline;
        instance.Remark = decision.Remark;
        instance.Answered = decision.Answered;
        foreach (var outgoing in decision.Outgoing)
            await DecideActivity.Send(context, outgoing);
        await next.Execute(context);
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<StepSagaInstance<TData>, TMessage, TException> context, IBehavior<StepSagaInstance<TData>, TMessage> next)
        where TException : Exception => next.Faulted(context);
}

/// <summary>How a state machine sends.</summary>
static class DecideActivity
{
    public static Task Send(ConsumeContext context, Outgoing outgoing)
    {
        if (context.TryGetPayload<Outbox>(out var outbox))
        {
            outbox.Add(outgoing);
            return Task.CompletedTask;
        }

        return outgoing.Queue is { } queue
            ? SendTo(context, new Uri($"exchange:{queue}"), outgoing.Message, Pipe.Execute<SendContext>(Stamp))
            : context.Publish(outgoing.Message, outgoing.Message.GetType(), Pipe.Execute<PublishContext>(Stamp));

        void Stamp(SendContext send) => (send.MessageId, send.CorrelationId) = (outgoing.MessageId, outgoing.Message.SagaId);
    }

    static async Task SendTo(ConsumeContext context, Uri address, object message, IPipe<SendContext> pipe)
    {
        var endpoint = await context.GetSendEndpoint(address);
        await endpoint.Send(message, message.GetType(), pipe, context.CancellationToken);
    }
}
