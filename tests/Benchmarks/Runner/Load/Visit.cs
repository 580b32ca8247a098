using System.Diagnostics;

namespace Orchestrator.Tests.Benchmarks.Load;

/// <summary>Orders that were submitted together, with the latency of each.</summary>
/// <param name="count">The number of orders.</param>
sealed class Visit(int count)
{
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<TimeSpan> _latencies = new(count);
    readonly Lock _lock = new();

    public int Count => count;

    /// <summary>The number of orders that have not ended.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return count - _latencies.Count;
        }
    }

    /// <summary>Completes when the last order is fulfilled.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The time since the first order was submitted.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The time in which all orders were submitted.</summary>
    public TimeSpan Submitting { get; private set; }

    /// <summary>The time from the first submission until all work was done.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Orders a second.</summary>
    public double Rate => count / Took.TotalSeconds;

    /// <summary>The latencies: from the submission of an order until the shop heard that it is fulfilled.</summary>
    public IReadOnlyList<TimeSpan> Latencies => _latencies;

    /// <summary>Notes that an order is fulfilled.</summary>
    public void Add(TimeSpan latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            if (_latencies.Count == count)
                _ended.TrySetResult();
        }
    }

    /// <summary>Notes that the broker has all orders.</summary>
    public void AllSubmitted() => Submitting = _watch.Elapsed;

    /// <summary>Notes that all work is done.</summary>
    public void Settled() => Took = _watch.Elapsed;

    /// <summary>A percentile of the latencies, in milliseconds.</summary>
    public double Percentile(double percent) =>
        _latencies.Order()
        .ElementAt(Math.Clamp((int)Math.Ceiling(percent / 100 * _latencies.Count) - 1, 0, _latencies.Count - 1)).TotalMilliseconds;
}
