using System.Collections.Concurrent;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Runs;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Tests.Chaos.Load;

/// <summary>A shop that sends orders at a steady rate. Some are cancelled, some are sent twice, and some are no orders at all.</summary>
/// <remarks>As a shop does, it sends each order again until the broker has confirmed it.</remarks>
sealed class OrderStream(IBus bus, OrderGenerator orders, ulong seed, int perSecond)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly ConcurrentDictionary<Guid, DateTimeOffset> _submitted = new();
    readonly ConcurrentDictionary<Guid, bool> _poison = new();
    readonly ConcurrentBag<Task> _underWay = [];
    int _cancels;

    /// <summary>The orders that the broker has confirmed, with the times.</summary>
    public IReadOnlyDictionary<Guid, DateTimeOffset> Submitted => _submitted;

    /// <summary>The ids of submissions that can never be accepted and that the broker has confirmed.</summary>
    public IReadOnlyCollection<Guid> Poison => (IReadOnlyCollection<Guid>)_poison.Keys;

    /// <summary>The number of cancellations that the broker has confirmed.</summary>
    public int Cancels => Volatile.Read(ref _cancels);

    /// <summary>Submits orders until it is told to stop.</summary>
    public async Task Run(CancellationToken stop, CancellationToken giveUp)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        try
        {
            for (var i = 0; await beat.WaitForNextTickAsync(stop); i++)
                _underWay.Add(Submit(i, giveUp));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // No new orders begin. Orders that it has begun to send go out.
        }

        await Task.WhenAll(_underWay);
    }

    async Task Submit(int index, CancellationToken giveUp)
    {
        var (order, dice) = (orders.Order(index), new SplitMix64(seed + (ulong)index));
        if (dice.PerMille(10))
            await Spoil(order with { OrderId = Guid.CreateVersion7(), Lines = [] }, giveUp);
        if (dice.PerMille(10))
            await Cancel(order.OrderId, giveUp);
        var isCancelled = dice.PerMille(50);
        var patience = TimeSpan.FromMilliseconds(dice.Below(1_500));
        await Send(stop => new Submission(order).Publish(bus, stop), giveUp);
        _submitted[order.OrderId] = TimeProvider.System.GetUtcNow();
        if (dice.PerMille(20))
            await Send(stop => new Submission(order).Publish(bus, stop), giveUp);
        if (!isCancelled)
            return;
        await Task.Delay(patience, giveUp);
        await Cancel(order.OrderId, giveUp);
    }

    async Task Spoil(OrderSubmitted order, CancellationToken giveUp)
    {
        await Send(stop => new Submission(order).Publish(bus, stop), giveUp);
        _poison[order.OrderId] = true;
    }

    async Task Cancel(Guid orderId, CancellationToken giveUp)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{OrderQueues.Commands}"));
        await Send(
            stop => endpoint.Send(
                new CancelOrder(orderId, "customer", "changed my mind"),
                context =>
                {
                    context.MessageId = DerivedId.From(nameof(CancelOrder), orderId.ToString());
                    context.CorrelationId = orderId;
                    context.SentBy("chaos");
                },
                stop),
            giveUp);
        Interlocked.Increment(ref _cancels);
    }

    static async Task Send(Func<CancellationToken, Task> send, CancellationToken giveUp)
    {
        while (true)
        {
            try
            {
                await Patience.Send(send, giveUp);
                return;
            }
#pragma warning disable CA1031 // A producer without a confirm sends again, for any reason.
            catch (Exception) when (!giveUp.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(Pause, giveUp);
            }
        }
    }
}
