using System.Collections.Concurrent;

namespace Orchestrator.MassTransit.Broker;

/// <summary>Every queue that this process takes messages from.</summary>
public sealed class ConsumedQueues
{
    readonly ConcurrentQueue<ConsumedQueue> _all = [];

    internal IReadOnlyCollection<ConsumedQueue> All => _all;

    /// <summary>The names of the queues that it does not take messages from now.</summary>
    public IReadOnlyList<string> WithoutConsumer =>
        [.. _all.Where(queue => !queue.IsConsumed).Select(queue => queue.Name).Order(StringComparer.Ordinal)];

    /// <summary>The messages that wait for a newer version of this program.</summary>
    public UnknownTypes UnknownTypes { get; } = new(TimeProvider.System);

    internal ConsumedQueue Add(ConsumedQueue queue)
    {
        _all.Enqueue(queue);
        return queue;
    }
}
