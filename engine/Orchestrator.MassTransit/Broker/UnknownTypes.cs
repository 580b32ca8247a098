using System.Collections.Concurrent;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The messages of types that this process does not know. They wait for a newer replica.</summary>
/// <remarks>
/// A waiting message comes again and again, to any replica. So the messages that one process saw lately are all or a part of the messages
/// that wait.
/// </remarks>
public sealed class UnknownTypes(TimeProvider time)
{
    const int Most = 100_000;

    static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(string Queue, string Id), (string Type, DateTimeOffset Until)> _seen = new();

    /// <summary>How many of each type wait in the redelivery queues of each queue, as far as this process has seen them.</summary>
    public IReadOnlyList<(string Queue, string Type, int Count)> Waiting
    {
        get
        {
            var now = time.GetUtcNow();
            foreach (var (key, message) in _seen)
            {
                if (message.Until < now)
                    _seen.TryRemove(key, out _);
            }

            return [.. _seen.GroupBy(seen => (seen.Key.Queue, seen.Value.Type))
                .Select(group => (group.Key.Queue, group.Key.Type, group.Count())).Order()];
        }
    }

    /// <summary>Notes a message that waits.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="id">Its message id.</param>
    /// <param name="type">Its type.</param>
    /// <param name="delay">How long it waits before it comes again.</param>
    internal void Note(string queue, string id, string type, TimeSpan delay)
    {
        if (_seen.Count < Most || _seen.ContainsKey((queue, id)))
            _seen[(queue, id)] = (type, time.GetUtcNow() + delay + Grace);
    }
}
