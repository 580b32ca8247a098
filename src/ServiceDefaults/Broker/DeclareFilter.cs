using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>
/// Declares, whenever an endpoint opens its channel and before it takes its first message, what that message's handling may
/// need: the dead letters, the queues in which messages wait, and the queues of others that commands are sent to.
/// </summary>
sealed class DeclareFilter(string queue, IReadOnlyList<TimeSpan> delays, IReadOnlyCollection<string> sendsTo) : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        await BrokerQueues.DeclareDeadLetters(context.Channel, queue, context.CancellationToken);
        foreach (var delay in delays)
            await BrokerQueues.DeclareRedelivery(context.Channel, queue, delay, context.CancellationToken);
        foreach (var other in sendsTo)
            await OthersQueues.Ensure(context.ConnectionContext.Connection, other, context.CancellationToken);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("declare");
}
