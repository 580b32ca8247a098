using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.MassTransit.Sending;
using RabbitMQ.Client.Events;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Declares what a queue needs whenever its endpoint opens a channel, and lets go of a channel that is lost, so that the endpoint opens
/// another.
/// </summary>
/// <remarks>
/// MassTransit alone would wait for a lost channel in three cases: handlers that do not end, a channel that is never told
/// (<see cref="ConsumerChannel.Loss"/>), and a declaration that never ends. RabbitMQ.Client 7.2 may forget a declaration when the
/// connection breaks while several are under way. RabbitMQ 3.10 breaks connections in that way, when a quorum queue is consumed from that
/// another replica has declared just now.
/// </remarks>
sealed class ConsumerFilter(ConsumedQueue queue, Destinations destinations) : IFilter<ChannelContext>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // What is still being handled may end meanwhile, though it can't be acknowledged any more.
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

    // A participant answers over this channel too. When the answer is too large, the broker closes the channel, and the handler may be
    // cancelled for that before it hears the reason. It would then answer again and again, each time at the cost of the channel.
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
