using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>
/// Takes the waiting messages, handles them as one batch, sends, and acknowledges when the broker has confirmed what was sent.
/// </summary>
/// <remarks>
/// The messages that come while a batch is written are the next batch. Waiting for confirms does not delay the next batch: it is written
/// meanwhile. Batches are acknowledged in order. An error ends the process, and the broker then delivers its messages again.
/// </remarks>
sealed class Loop : IAsyncDisposable
{
    const int LargestBatch = 256;

    readonly Channel<Inbound> _arrived = Channel.CreateUnbounded<Inbound>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    readonly Channel<(ulong LastSent, ulong LastTaken)> _sent = Channel.CreateUnbounded<(ulong, ulong)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    readonly Confirms _confirms = new();
    readonly IConnection _connection;
    readonly IChannel _receiving, _sending;
    readonly IPart _part;
    readonly string _address;
    readonly ArrayBufferWriter<byte> _buffer = new(4096);
    readonly Utf8JsonWriter _json;
    ulong _number;

    Loop(IConnection connection, IChannel receiving, IChannel sending, IPart part, Uri broker)
    {
        (_connection, _receiving, _sending, _part) = (connection, receiving, sending, part);
        _address = $"rabbitmq://{broker.Host}:{broker.Port}{broker.AbsolutePath}/";
        _json = WireEnvelope.Writer(_buffer);
    }

    /// <summary>Completes with the error when the loop can't go on.</summary>
    public Task Broken { get; private set; } = Task.CompletedTask;

    /// <summary>Takes messages from the queues of the part. The queues must exist.</summary>
    public static async Task<Loop> Start(Uri broker, IPart part)
    {
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        var connection = await factory.CreateConnectionAsync("floor");
        var receiving = await connection.CreateChannelAsync();
        // The tracking of the client makes a task for each message. The loop needs only the last message.
        var sending = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        var loop = new Loop(connection, receiving, sending, part, broker);
        var nacked = new TaskCompletionSource();
        sending.BasicAcksAsync += (_, ack) =>
        {
            loop._confirms.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        sending.BasicNacksAsync += (_, nack) =>
        {
            nacked.TrySetException(new InvalidOperationException($"The broker did not take message {nack.DeliveryTag} of this channel."));
            return Task.CompletedTask;
        };
        loop.Broken = Task.WhenAny(nacked.Task, Task.Run(loop.Work), Task.Run(loop.Acknowledge)).Unwrap();
        foreach (var (queue, prefetch) in part.Queues)
        {
            await receiving.BasicQosAsync(0, prefetch, global: false);
            await receiving.BasicConsumeAsync(queue, autoAck: false, new Consumer(receiving, loop._arrived.Writer));
        }

        return loop;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync();
        await _connection.DisposeAsync();
        await _json.DisposeAsync();
    }

    async Task Work()
    {
        var batch = new List<Inbound>(LargestBatch);
        while (await _arrived.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _arrived.Reader.TryRead(out var message))
                batch.Add(message);
            foreach (var outbound in await _part.Handle(batch))
                await Send(outbound);
            _sent.Writer.TryWrite((_number, batch[^1].Tag));
        }
    }

    async Task Acknowledge()
    {
        await foreach (var (lastSent, lastTaken) in _sent.Reader.ReadAllAsync())
        {
            await _confirms.Await(lastSent);
            await _receiving.BasicAckAsync(lastTaken, multiple: true);
        }
    }

    async ValueTask Send(Outbound message)
    {
        var to = message.Queue.Length > 0 ? message.Queue : message.Exchange;
        WireEnvelope.Write(
            _json, _buffer, message.Type, message.MessageId, message.Cause.OrderId, message.Cause.ConversationId, message.Cause.MessageId,
            message.Source,
            _address + message.Source, _address + to, message.SentAt, message.Content.Span);
        var properties = new BasicProperties
        {
            ContentType = WireEnvelope.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = message.MessageId.ToString(),
            CorrelationId = message.Cause.OrderId.ToString(),
        };
        _number++;
        await _sending.BasicPublishAsync(message.Exchange, message.Queue, mandatory: false, properties, _buffer.WrittenMemory);
    }

    sealed class Consumer(IChannel channel, ChannelWriter<Inbound> arrived) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            arrived.TryWrite(Inbound.Read(deliveryTag, body.ToArray()));
            return Task.CompletedTask;
        }
    }
}
