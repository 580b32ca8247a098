using System.Collections.Concurrent;

namespace Orchestrator.MassTransit.Broker;

/// <summary>Every queue that this process takes messages from.</summary>
public sealed class ConsumedQueues
{
    readonly ConcurrentQueue<ConsumedQueue> _all = [];

    internal IReadOnlyCollection<ConsumedQueue> All => _all;

    /// <summary>The names of those that it does not take from at this moment.</summary>
    public IReadOnlyList<string> WithoutConsumer =>
        [.. _all.Where(queue => !queue.IsConsumed).Select(queue => queue.Name).Order(StringComparer.Ordinal)];

    /// <summary>What waits for a newer version of this program.</summary>
    public UnknownTypes UnknownTypes { get; } = new(TimeProvider.System);

    internal ConsumedQueue Add(ConsumedQueue queue)
    {
        _all.Enqueue(queue);
        return queue;
    }
}
