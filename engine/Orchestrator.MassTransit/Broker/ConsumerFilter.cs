using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.MassTransit.Sending;
using RabbitMQ.Client.Events;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Declares what a queue needs each time its endpoint opens a channel. Leaves a channel that is lost, so that the endpoint opens another.
/// </summary>
/// <remarks>
/// Without it MassTransit would wait for ever for a lost channel in three cases: handlers that do not end, a channel that is never closed
/// (<see cref="ConsumerChannel.Loss"/>), and a declaration that never ends. RabbitMQ.Client 7.2 may forget a declaration when the
/// connection breaks while several are under way. RabbitMQ 3.10 breaks connections in this way when a host consumes from a quorum queue
/// that another replica has just declared.
/// </remarks>
sealed class ConsumerFilter(ConsumedQueue queue, Destinations destinations) : IFilter<ChannelContext>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Gives running handlers time to end. Their messages can't be acknowledged any more.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        var channel = queue.Opened(context, Learn);
        var use = Use(channel, next);
        var isConnected = true;
        for (var lost = TimeSpan.Zero; await Task.WhenAny(use, Task.Delay(Look, CancellationToken.None)) != use;)
        {
            if (isConnected && channel.ConnectionContext.Connection.CloseReason is not null)
            {
                isConnected = false;
                destinations.LoseConnection();
            }

            if (channel.Loss is not { } loss)
                continue;
            if (lost >= (channel.IsHandling ? Grace : Look))
                throw loss;
            lost += Look;
        }

        await use;
    }

    // A participant answers over this channel too. When an answer is too large, the broker closes the channel, and the handler may be
    // cancelled before it gets the reason. Without this method the handler would send the answer again and again, and each time the channel
    // would be closed.
    void Learn(ShutdownEventArgs reason)
    {
        if (SizeLimit.In(reason) is { } limit)
            destinations.LargestMessage = limit;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumer");

    async Task Use(ConsumerChannel channel, IPipe<ChannelContext> next)
    {
        await queue.DeclareRest(channel.Channel, channel.ConnectionContext.Connection, channel.CancellationToken);
        await next.Send(channel);
    }
}
