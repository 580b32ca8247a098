using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Tests.Benchmarks.Floor;
using Orchestrator.Tests.Benchmarks.Site;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Benchmarks.Load;

/// <summary>
/// Submits orders to a contender, and hears when each is fulfilled. It uses the bare client, so that it costs both contenders the same.
/// </summary>
sealed class Shop : IAsyncDisposable
{
    const string Submitted = "Orchestrator.Contracts.Orders:OrderSubmitted", Fulfilled = "Orchestrator.Contracts.Orders:OrderFulfilled";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly Contender _contender;
    readonly Orders _orders;
    readonly IConnection _connection;
    readonly IChannel _sending, _hearing;
    readonly Confirms _confirms = new();
    readonly ConcurrentDictionary<Guid, long> _underWay = new();
    Visit? _visit;
    ulong _number;

    Shop(Contender contender, Orders orders, IConnection connection, IChannel sending, IChannel hearing) =>
        (_contender, _orders, _connection, _sending, _hearing) = (contender, orders, connection, sending, hearing);

    /// <summary>Opens a shop.</summary>
    /// <param name="contender">The contender that handles its orders.</param>
    /// <param name="orders">Its orders.</param>
    public static async Task<Shop> Open(Contender contender, Orders orders)
    {
        var connection = await new ConnectionFactory { Uri = contender.Broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(
            "shop");
        var sending = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        var shop = new Shop(contender, orders, connection, sending, await connection.CreateChannelAsync());
        sending.BasicAcksAsync += (_, ack) =>
        {
            shop._confirms.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        var queue = await shop._hearing.QueueDeclareAsync();
        await shop._hearing.QueueBindAsync(queue.QueueName, Fulfilled, "");
        await shop._hearing.BasicConsumeAsync(queue.QueueName, autoAck: true, new Ear(shop._hearing, shop.Heard));
        return shop;
    }

    /// <summary>Submits orders, and waits until all have ended and their goods are shipped.</summary>
    /// <param name="count">The number of orders.</param>
    /// <param name="perSecond">The rate in orders a second; null to submit all at once.</param>
    /// <exception cref="InvalidOperationException">Some orders did not end, or the books are wrong.</exception>
    public async Task<Visit> Submit(int count, double? perSecond = null)
    {
        var visit = _visit = new Visit(count);
        for (var i = 0; i < count; i++)
        {
            if (perSecond is { } rate && TimeSpan.FromSeconds(i / rate) - visit.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early);
            await SubmitOne();
        }

        await _confirms.Await(_number);
        visit.AllSubmitted();
        await Wait(visit);
        _contender.Carried(count);
        return visit;
    }

    /// <summary>Submits orders one by one, each when the one before is fulfilled.</summary>
    public async Task<Visit> SubmitInTurn(int count)
    {
        var all = new Visit(count);
        for (var i = 0; i < count; i++)
        {
            var visit = _visit = new Visit(1);
            await SubmitOne();
            await visit.Ended.WaitAsync(Patience);
            all.Add(visit.Latencies[0]);
        }

        await Settled();
        _contender.Carried(count);
        return all;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync();
        await _connection.DisposeAsync();
    }

    async Task SubmitOne()
    {
        var order = _orders.Next();
        var (messageId, body) = _orders.Message(order);
        _underWay[order.OrderId] = Stopwatch.GetTimestamp();
        _number++;
        await _sending.BasicPublishAsync(
            Submitted, "", mandatory: false,
            new BasicProperties
            {
                ContentType = WireEnvelope.ContentType,
                DeliveryMode = DeliveryModes.Persistent,
                MessageId = messageId.ToString()
            }, body);
    }

    async Task Wait(Visit visit)
    {
        for (var waited = Stopwatch.StartNew(); !visit.Ended.IsCompleted; await Task.WhenAny(visit.Ended, Task.Delay(1_000)))
        {
            if (_contender.Ended() is { } problem)
                throw new InvalidOperationException(problem);
            if (waited.Elapsed > Patience)
                throw new InvalidOperationException(
                    $"{_contender.Name}: {visit.Open} of {visit.Count} orders have not been fulfilled within {Patience}.");
        }

        await Settled();
        visit.Settled();
    }

    async Task Settled()
    {
        for (var waited = Stopwatch.StartNew(); !await _contender.Books.IsSettled(); await Task.Delay(10))
        {
            if (waited.Elapsed > Patience)
                throw new InvalidOperationException($"{_contender.Name}: the goods of some orders have not left within {Patience}.");
        }
    }

    void Heard(Guid order)
    {
        // A message may come twice, but an order counts once.
        if (_underWay.TryRemove(order, out var began))
            _visit!.Add(Stopwatch.GetElapsedTime(began));
    }

    sealed class Ear(IChannel channel, Action<Guid> heard) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            heard(Inbound.Read(deliveryTag, body.ToArray()).OrderId);
            return Task.CompletedTask;
        }
    }
}
