using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.MassTransit;

namespace Orchestrator.Local.Faults;

/// <summary>A filter before the handlers of a participant that makes faults.</summary>
sealed class FaultFilter<TCommand>(FaultDecisions decisions, StepLimits limits, FaultCounts counts, IServiceProvider provider)
    : IFilter<ConsumeContext<TCommand>>
    where TCommand : class, IStepMessage
{
    static readonly string Participant = Participants.Of(typeof(TCommand));

    // Resolved late: it needs the bus, which does not exist yet while its endpoints are made.
    DelayedMessages Held => provider.GetRequiredService<DelayedMessages>();

    public Task Send(ConsumeContext<TCommand> context, IPipe<ConsumeContext<TCommand>> next)
    {
        var id = context.MessageId ?? Guid.Empty;
        return DelayedMessage.WasDelayed(context) ? Handle(context, next) : decisions.Of(Participant, id) switch
        {
            Fault.Silence => Silence(context, next, isEffective: decisions.Part(Participant, Fault.Silence, id) >= 0.5),
            Fault.Delay => Delay(context, 2 * decisions.Part(Participant, Fault.Delay, id)),
            Fault.Late => Late(context, next, 1 + decisions.Part(Participant, Fault.Late, id)),
            Fault.Duplicate => Duplicate(context, next),
            _ => Handle(context, next),
        };
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("faults");

    async Task Silence(ConsumeContext<TCommand> context, IPipe<ConsumeContext<TCommand>> next, bool isEffective)
    {
        if (isEffective)
            await Handle(new WithheldAnswers<TCommand>(context, provider), next);
        else
            await Consumed(context);
        counts.Add(Participant, Fault.Silence);
    }

    // This does not wait for the delay, so the consumer takes the next message. Waiting consumers would block all sagas.
    async Task Delay(ConsumeContext<TCommand> context, double limitsLate)
    {
        Held.Hold(DelayedMessage.Command(context), limits.Of(context.Message) * limitsLate);
        await Consumed(context);
        counts.Add(Participant, Fault.Delay);
    }

    async Task Late(ConsumeContext<TCommand> context, IPipe<ConsumeContext<TCommand>> next, double limitsLate)
    {
        var withheld = new WithheldAnswers<TCommand>(context, provider);
        await Handle(withheld, next);
        foreach (var answer in withheld.Answers)
            Held.Hold(answer, limits.Of(context.Message) * limitsLate);
        counts.Add(Participant, Fault.Late);
    }

    async Task Duplicate(ConsumeContext<TCommand> context, IPipe<ConsumeContext<TCommand>> next)
    {
        await Handle(context, next);
        await Handle(context, next);
        counts.Add(Participant, Fault.Duplicate);
    }

    async Task Handle(ConsumeContext<TCommand> context, IPipe<ConsumeContext<TCommand>> next)
    {
        var command = context.Message;
        if (Refusals.Of(command) is not { } refusal
            || !decisions.IsRefused(Participant, command.SagaId, Refusals.ActOf(command), command.Epoch))
        {
            await next.Send(context);
            return;
        }

        // Counted before the answer, since the receiver of the answer may read the counts.
        counts.Add(Participant, Fault.Refuse);
        await context.Answer(refusal);
        await Consumed(context);
    }

    // Otherwise MassTransit treats the message as skipped, and it becomes a dead letter.
    static Task Consumed(ConsumeContext<TCommand> context) => context.NotifyConsumed(TimeSpan.Zero, nameof(Faults));
}
