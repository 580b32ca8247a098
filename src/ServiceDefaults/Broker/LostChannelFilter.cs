using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>Lets go of an endpoint's channel that is lost, so that the endpoint opens another.</summary>
/// <remarks>
/// When a connection breaks while several things are being declared on it, one of the declarations may never end (seen with
/// RabbitMQ.Client 7.2), and MassTransit waits for it. RabbitMQ 3.10 breaks them at such a moment, when a quorum queue is consumed from
/// that another replica has declared just now.
/// </remarks>
sealed class LostChannelFilter : IFilter<ChannelContext>
{
    // What is still being handled may end meanwhile, though it can't be acknowledged any more.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        var lost = new TaskCompletionSource<ShutdownEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Channel.ChannelShutdownAsync += Lose;
        try
        {
            if (context.Channel.CloseReason is { } already)
                lost.TrySetResult(already);
            var use = next.Send(context);
            if (await Task.WhenAny(use, lost.Task) != use)
                await Task.WhenAny(use, Task.Delay(Grace, CancellationToken.None));
            if (!use.IsCompleted)
                throw new AlreadyClosedException(await lost.Task);
            await use;
        }
        finally
        {
            context.Channel.ChannelShutdownAsync -= Lose;
        }

        Task Lose(object sender, ShutdownEventArgs reason)
        {
            lost.TrySetResult(reason);
            return Task.CompletedTask;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("lostChannel");
}
