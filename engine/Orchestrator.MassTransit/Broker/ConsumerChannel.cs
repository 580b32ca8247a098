using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The channel of an endpoint. It knows whether the endpoint consumes over it.</summary>
/// <param name="channel">The channel.</param>
/// <param name="consumed">The queue.</param>
/// <param name="closed">Gets the reason when the channel is closed, before the handling of its messages is cancelled.</param>
sealed class ConsumerChannel(ChannelContext channel, ConsumedQueue consumed, Action<ShutdownEventArgs> closed)
    : ProxyPipeContext(channel), ChannelContext
{
    volatile Consumer? _consumer;

    /// <summary>Whether the broker delivers messages over it.</summary>
    public bool Consumes => Loss is null && _consumer is { HasBegun: true };

    /// <summary>Whether a message that came over it is still being handled.</summary>
    public bool IsHandling => _consumer is { Handled: > 0 };

    /// <summary>Why no message can come any more; null while messages can come.</summary>
    /// <remarks>
    /// The connection is asked too. When it breaks, RabbitMQ.Client 7.2 closes its channels one after the other, and waits at each for the
    /// handlers. If MassTransit disposes of the connection meanwhile, the remaining channels are never closed and report themselves as open
    /// for ever.
    /// </remarks>
    public Exception? Loss =>
        (channel.Channel.CloseReason ?? channel.ConnectionContext.Connection.CloseReason) is { } reason ? new AlreadyClosedException(reason)
        : _consumer is { IsCancelled: true } ? new ConnectionException($"the broker has cancelled the consumer of {consumed.Name}")
        : null;

    public IChannel Channel => channel.Channel;

    public ConnectionContext ConnectionContext => channel.ConnectionContext;

    public async Task<string> BasicConsume(
        string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer, string consumerTag,
        CancellationToken cancellationToken)
    {
        var begun = new Consumer(consumer, closed);
        _consumer = begun;
        return await channel.BasicConsume(queue, noAck, exclusive, arguments, begun, consumerTag, cancellationToken);
    }

    public Task BasicPublishAsync(
        string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck,
        CancellationToken cancellationToken) =>
        channel.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    public Task ExchangeBind(
        string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        consumed.UnlessRefused(
            () => channel.ExchangeBind(destination, source, routingKey, arguments, cancellationToken), source, destination);

    public Task ExchangeDeclare(
        string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments,
        CancellationToken cancellationToken) =>
        consumed.UnlessRefused(() => channel.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken), exchange);

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) =>
        channel.ExchangeDeclarePassive(exchange, cancellationToken);

    public Task QueueBind(
        string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        consumed.UnlessRefused(() => channel.QueueBind(queue, exchange, routingKey, arguments, cancellationToken), exchange, queue);

    public async Task<QueueDeclareOk> QueueDeclare(
        string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments,
        CancellationToken cancellationToken)
    {
        QueueDeclareOk? declared = null;
        await consumed.UnlessRefused(
            async () => declared = await channel.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken), queue);
        return declared ?? await channel.QueueDeclarePassive(queue, cancellationToken);
    }

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) =>
        channel.QueueDeclarePassive(queue, cancellationToken);

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) => channel.QueuePurge(queue, cancellationToken);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) =>
        channel.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);

    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        channel.BasicAck(deliveryTag, multiple, cancellationToken);

    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) =>
        channel.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) => channel.BasicCancel(consumerTag, cancellationToken);

    public void NotifyFaulted(Exception exception, Uri inputAddress) => channel.NotifyFaulted(exception, inputAddress);

    sealed class Consumer(IAsyncBasicConsumer consumer, Action<ShutdownEventArgs> closed) : IAsyncBasicConsumer
    {
        int _handled;

        public bool HasBegun { get; private set; }

        public bool IsCancelled { get; private set; }

        public int Handled => Volatile.Read(ref _handled);

        public IChannel? Channel => consumer.Channel;

        public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            HasBegun = true;
            return consumer.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);
        }

        public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            IsCancelled = true;
            return consumer.HandleBasicCancelAsync(consumerTag, cancellationToken);
        }

        public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            HasBegun = false;
            return consumer.HandleBasicCancelOkAsync(consumerTag, cancellationToken);
        }

        public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
        {
            closed(reason);
            return consumer.HandleChannelShutdownAsync(channel, reason);
        }

        public async Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _handled);
            try
            {
                await consumer.HandleBasicDeliverAsync(
                    consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, body, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _handled);
            }
        }
    }
}
