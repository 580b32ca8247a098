using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// Declares, whenever an endpoint opens its channel and before it takes its first message, what that message's handling may
/// need: the dead letters, the queues in which messages wait, and the queues of others that commands are sent to.
/// </summary>
sealed class DeclareFilter(IReadOnlyList<TimeSpan> delays, IReadOnlyCollection<string> sendsTo) : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        await BrokerQueues.DeclareDeadLetters(context.Channel, context.CancellationToken);
        foreach (var delay in delays)
            await BrokerQueues.DeclareRedelivery(context.Channel, delay, context.CancellationToken);
        foreach (var other in sendsTo)
            await BrokerQueues.DeclareWork(context.Channel, other, context.CancellationToken);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("declare");
}
