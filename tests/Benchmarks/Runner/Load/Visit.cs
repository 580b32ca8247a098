using System.Diagnostics;

namespace Orchestrator.Tests.Benchmarks.Load;

/// <summary>Orders that were submitted together, and how long each took.</summary>
/// <param name="count">How many.</param>
sealed class Visit(int count)
{
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<TimeSpan> _latencies = new(count);
    readonly Lock _lock = new();

    public int Count => count;

    /// <summary>How many have not ended.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return count - _latencies.Count;
        }
    }

    /// <summary>Completes when the last has been fulfilled.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Since the first was submitted.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>How long submitting all of them took.</summary>
    public TimeSpan Submitting { get; private set; }

    /// <summary>From the first submission until nothing was left to do.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Orders a second.</summary>
    public double Rate => count / Took.TotalSeconds;

    /// <summary>From each order's submission until it was heard that it is fulfilled.</summary>
    public IReadOnlyList<TimeSpan> Latencies => _latencies;

    /// <summary>An order has been fulfilled.</summary>
    public void Add(TimeSpan latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            if (_latencies.Count == count)
                _ended.TrySetResult();
        }
    }

    /// <summary>The broker has all of them.</summary>
    public void AllSubmitted() => Submitting = _watch.Elapsed;

    /// <summary>Nothing is left to do.</summary>
    public void Settled() => Took = _watch.Elapsed;

    /// <summary>The latency that so many of a hundred orders stayed below, in milliseconds.</summary>
    public double Percentile(double percent) =>
        _latencies.Order()
        .ElementAt(Math.Clamp((int)Math.Ceiling(percent / 100 * _latencies.Count) - 1, 0, _latencies.Count - 1)).TotalMilliseconds;
}
