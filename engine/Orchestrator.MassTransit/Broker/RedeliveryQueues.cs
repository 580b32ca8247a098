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

/// <summary>The queues in which messages of a queue wait until the broker brings them back: the same messages, with their ids.</summary>
/// <remarks>The broker confirms the copy before the original is acknowledged: dying in between leaves two, never none.</remarks>
/// <param name="queue">The queue that the messages come from and go back to.</param>
/// <param name="delays">How long they wait in each; at least one.</param>
/// <param name="destinations">Knows which of them take messages.</param>
sealed class RedeliveryQueues(string queue, IReadOnlyList<TimeSpan> delays, Destinations destinations)
{
    // So often a deferred message waits in the second queue, after once in the first: what it waits for may be over soon. After that, ten
    // minutes by default, it waits in the third: a hundred thousand that come again every minute would leave no room to others.
    const int ShortWaits = 10;

    // A copy that is on its way may still be confirmed; another one would come to the message twice.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), PauseOfSilence = TimeSpan.FromSeconds(30);

    readonly Lock _gate = new();
    IConnection? _connection;
    Task<IChannel>? _channel;

    /// <summary>The queue that the messages come from.</summary>
    public string Queue => queue;

    /// <summary>How many there are.</summary>
    public int Count => delays.Count;

    /// <summary>
    /// A number in a message's headers; 0 when the header is missing or holds something else, since the sender may write anything there.
    /// </summary>
    public static int Number(ReceiveContext message, string header) =>
        message.GetPayload<RabbitMqBasicConsumeContext>().Properties.Headers?.TryGetValue(header, out var count) is not true
        ? 0 : count switch
        {
            byte[] text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            int and >= 0 => (int)count,
            _ => 0,
        };

    /// <summary>Puts a message into one of them that waits for something that is not its own fault: that is no attempt.</summary>
    /// <returns>How long it waits there.</returns>
    public Task<TimeSpan> Defer(ReceiveContext context)
    {
        var deferrals = Number(context, WireHeaders.Deferrals);
        // The attempts stay as they are, but their header is there: it marks a redelivery, for what the transition sends may not have been
        // sent.
        return Wait(
            context, deferrals == 0 ? 0 : deferrals <= ShortWaits ? 1 : 2,
            (MessageHeaders.RedeliveryCount, Number(context, MessageHeaders.RedeliveryCount)),
            (WireHeaders.Deferrals, deferrals < int.MaxValue ? deferrals + 1 : deferrals));
    }

    /// <summary>Puts a message into one of them; returns when the broker has confirmed it.</summary>
    /// <remarks>
    /// Returned to its queue it would come again at once, and after fifty times be set aside by the broker. So it keeps its place until a
    /// redelivery queue takes it, whichever, or its channel is gone; that costs one of those fifty.
    /// </remarks>
    /// <param name="context">The message.</param>
    /// <param name="first">The one to be tried first; the last one if there are not as many.</param>
    /// <param name="counts">What its headers count from now on.</param>
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
                // Somebody has deleted it.
                isOnItsWay = false;
                await Declare(connection, delay, context.CancellationToken);
            }
            catch (DeferredMessageException e)
            {
                // The next one may have more room, or other nodes.
                isOnItsWay &= !Failure.Chain(e).Any(cause => cause is PublishException or OperationInterruptedException);
            }
            catch (OperationInterruptedException e) when (connection.IsOpen)
            {
                // Only the channel of those that are put off was closed: what one of them needs is missing.
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
                // None has been confirmed yet.
            }
        }
    }

    // Not the channel that the messages come over: the broker closes a channel over which something is sent that is forbidden or has no
    // exchange, and would bring all messages of the consumer again. After fifty times it sets them aside.
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
            // Forbidden, or something else stands in its place: the supervisor names it, and another queue is tried.
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
