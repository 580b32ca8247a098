using System.Diagnostics;
using System.Globalization;
using MassTransit;
using MassTransit.Logging;
using MassTransit.RabbitMqTransport;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The queues in which messages of a queue wait until the broker brings them back. A message keeps its id.</summary>
/// <remarks>
/// The broker confirms the copy before the original is acknowledged. If the process ends in between, there are two copies, and never none.
/// </remarks>
/// <param name="queue">The queue that the messages come from and go back to.</param>
/// <param name="delays">How long messages wait in each queue. There is at least one queue.</param>
/// <param name="destinations">Knows which of the queues take messages.</param>
sealed class RedeliveryQueues(string queue, IReadOnlyList<TimeSpan> delays, Destinations destinations)
{
    // A deferred message waits once in the first queue and then this many times in the second, because the cause may be over soon. After
    // that (ten minutes by default) it waits in the third queue: a hundred thousand messages that come again every minute would leave no
    // capacity for others.
    const int ShortWaits = 10;

    // A copy that was sent may still be confirmed. Another copy would let the message come twice, so the pause is longer then.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), PauseOfSilence = TimeSpan.FromSeconds(30);

    readonly Lock _gate = new();
    IConnection? _connection;
    Task<IChannel>? _channel;

    /// <summary>The queue that the messages come from and go back to.</summary>
    public string Queue => queue;

    /// <summary>The number of redelivery queues.</summary>
    public int Count => delays.Count;

    /// <summary>
    /// Reads a number from a message's headers. Returns 0 when the header is missing or is not a number, because a sender can write any
    /// header.
    /// </summary>
    public static int Number(ReceiveContext message, string header) =>
        message.GetPayload<RabbitMqBasicConsumeContext>().Properties.Headers?.TryGetValue(header, out var count) is not true
        ? 0 : count switch
        {
            byte[] text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            int and >= 0 => (int)count,
            _ => 0,
        };

    /// <summary>Puts a deferred message into one of the queues. This does not count as a failed attempt.</summary>
    /// <returns>How long it waits there.</returns>
    public Task<TimeSpan> Defer(ReceiveContext context)
    {
        var deferrals = Number(context, WireHeaders.Deferrals);
        // The number of failed attempts stays the same, but its header is set. It marks a redelivery: the messages of the transition may
        // not have been sent yet.
        return Wait(
            context, deferrals == 0 ? 0 : deferrals <= ShortWaits ? 1 : 2,
            (MessageHeaders.RedeliveryCount, Number(context, MessageHeaders.RedeliveryCount)),
            (WireHeaders.Deferrals, deferrals < int.MaxValue ? deferrals + 1 : deferrals));
    }

    /// <summary>Puts a message into one of the queues, and returns when the broker has confirmed it.</summary>
    /// <remarks>
    /// A message that is returned to its queue comes again at once, and the broker sets it aside after fifty deliveries. So the message
    /// keeps its place until any redelivery queue takes it, or its channel is closed. A closed channel counts as one of the fifty.
    /// </remarks>
    /// <param name="context">The message.</param>
    /// <param name="first">The index of the queue to try first. The last queue is used when there are fewer.</param>
    /// <param name="counts">The counts to write into its headers.</param>
    /// <returns>How long it waits there.</returns>
    public async Task<TimeSpan> Wait(ReceiveContext context, int first, params (string Name, int Value)[] counts)
    {
        var consumed = context.GetPayload<ChannelContext>();
        var connection = consumed.ConnectionContext.Connection;
        var (properties, body) = (Copy(context.GetPayload<RabbitMqBasicConsumeContext>(), counts), context.GetBody());
        var confirmed = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var wait = Math.Min(first, delays.Count - 1); ; wait = (wait + 1) % delays.Count)
        {
            if (consumed.Channel.CloseReason is { } closed)
                throw new AlreadyClosedException(closed);
            var (waiting, delay, isOnItsWay) = (BrokerQueues.Redelivery(queue, delays[wait]), delays[wait], false);
            try
            {
                await destinations.Send(
                    waiting,
                    async stop =>
                    {
                        var channel = await Channel(connection).WaitAsync(stop);
                        isOnItsWay = true;
                        await SendWatch.Over(() => channel.BasicPublishAsync(waiting, queue, true, properties, body, stop).AsTask());
                        confirmed.TrySetResult(delay);
                    },
                    context.CancellationToken);
                return delay;
            }
            catch (DeferredMessageException e) when (Failure.Chain(e).Any(cause => cause is PublishException { IsReturn: true }))
            {
                // The redelivery queue was deleted.
                isOnItsWay = false;
                await Declare(connection, delay, context.CancellationToken);
            }
            catch (DeferredMessageException e)
            {
                // The next queue may have more room, or be on other nodes.
                isOnItsWay &= !Failure.Chain(e).Any(cause => cause is PublishException or OperationInterruptedException);
            }
            catch (OperationInterruptedException e) when (connection.IsOpen)
            {
                // Only the channel of the redelivery queues was closed, because an exchange is missing or forbidden.
                isOnItsWay = false;
                if (e.ShutdownReason?.ReplyCode == Constants.NotFound)
                    await Declare(connection, delay, context.CancellationToken);
            }

            try
            {
                return await confirmed.Task.WaitAsync(isOnItsWay ? PauseOfSilence : Pause, context.CancellationToken);
            }
            catch (TimeoutException)
            {
                // No copy has been confirmed yet.
            }
        }
    }

    // This is not the channel over which the messages come. The broker closes a channel when a send is forbidden or has no exchange, and
    // would then deliver all messages of the consumer again. After fifty deliveries it sets them aside.
    Task<IChannel> Channel(IConnection connection)
    {
        lock (_gate)
        {
            var isUsable = _connection == connection
                && _channel is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.IsOpen: true };
            if (!isUsable)
                (_connection, _channel) = (connection, connection.CreateChannelAsync(new CreateChannelOptions(true, true)));
            return _channel!;
        }
    }

    async Task Declare(IConnection connection, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await BrokerQueues.DeclareRedelivery(channel, queue, delay, cancellationToken);
        }
        catch (OperationInterruptedException)
        {
            // It is forbidden, or the queue is declared otherwise. The supervisor reports it, and another queue is tried.
        }
    }

    static BasicProperties Copy(RabbitMqBasicConsumeContext original, (string Name, int Value)[] counts)
    {
        var properties = new BasicProperties(original.Properties);
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>());
        properties.Headers[WireHeaders.OriginExchange] = EventExchange.Origin(original);
        foreach (var (name, value) in counts)
            properties.Headers[name] = value.ToString(CultureInfo.InvariantCulture);
        if (properties.Headers.TryGetValue(DiagnosticHeaders.ActivityId, out var header) && header is byte[] traceParent
            && Activity.Current is { Recorded: true })
            properties.Headers[DiagnosticHeaders.ActivityId] = FailedMessage.Kept(traceParent);
        return properties;
    }
}
