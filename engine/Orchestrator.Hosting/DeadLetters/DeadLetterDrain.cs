using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>Moves every dead letter from the broker into the store. It acknowledges a dead letter after the commit.</summary>
sealed partial class DeadLetterDrain(
    BrokerAddress broker,
    IReadOnlyCollection<string> queues,
    DeadLetterReader reader,
    DeadLetterStore store,
    StartUp start,
    TimeProvider time,
    ILogger<DeadLetterDrain> logger)
    : BackgroundService
{
    const ushort AtOnce = 20;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Drain(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or could not start.
        }
    }

    async Task Drain(CancellationToken stoppingToken)
    {
        await start.Done.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DrainWhileConnected(stoppingToken);
            }
#pragma warning disable CA1031 // Dead letters wait at the broker, and the drain tries again.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogAway(Redacted.Reason(e));
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    async Task DrainWhileConnected(CancellationToken stoppingToken)
    {
        await using var connection = await broker.Connect("dead letters", stoppingToken);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var drains = queues.Select(queue => DrainQueue(connection, queue, end.Token)).ToList();
        // When the connection was lost before the handler above was added, all drains end by themselves.
        await Task.WhenAny(lost.Task, Task.WhenAll(drains));
        await end.CancelAsync();
        await Task.WhenAll(drains);
    }

    // Each queue has its own channel, so that a queue that does not answer or is refused does not stop the drains of the others.
    async Task DrainQueue(IConnection connection, string queue, CancellationToken stoppingToken)
    {
        while (connection.IsOpen && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DrainWhileOpen(connection, queue, stoppingToken);
            }
#pragma warning disable CA1031 // Dead letters wait at the broker, and the drain tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (stoppingToken.IsCancellationRequested || !connection.IsOpen)
                    return;
                LogQueueAway(queue, Redacted.Reason(e));
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task DrainWhileOpen(IConnection connection, string queue, CancellationToken stoppingToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, AtOnce, global: false, stoppingToken);
        await BrokerQueues.DeclareSetAside(channel, queue, stoppingToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, letter) =>
        {
            try
            {
                await Keep(channel, queue, letter, stoppingToken);
            }
#pragma warning disable CA1031 // The dead letter is not acknowledged, so it comes again over a new channel.
            catch (Exception e)
#pragma warning restore CA1031
            {
                closed.TrySetException(e);
            }
        };
        // The broker cancels the consumer when the queue is deleted. The queue is then declared again.
        consumer.UnregisteredAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, stoppingToken);
        await closed.Task.WaitAsync(stoppingToken);
    }

    async Task Keep(IChannel channel, string queue, BasicDeliverEventArgs message, CancellationToken stoppingToken)
    {
        var letter = reader.Read(queue, message.BasicProperties, message.Body.Span);
        await store.Add(letter, stoppingToken);
        LogKept(Redacted.Type(letter.MessageType), letter.MessageId, letter.SagaId, letter.SourceQueue, letter.Id);
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stoppingToken);
    }

    // The log line has no reason, because the reason may quote the message and so contain personal data.
    [LoggerMessage(Level = LogLevel.Error, Message =
        "Dead letter: {MessageType} {MessageId} of saga {SagaId}, for {Queue}; the reason is in dead_letter {Id}")]
    partial void LogKept(string messageType, Guid? messageId, Guid? sagaId, string queue, Guid id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dead letters of {Queue} can't be drained ({Reason}); trying again until they can")]
    partial void LogQueueAway(string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dead letters can't be drained ({Reason}); trying again until they can")]
    partial void LogAway(string reason);
}
