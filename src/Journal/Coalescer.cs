using System.Diagnostics;
using System.Threading.Channels;

namespace Orchestrator.Journal;

/// <summary>Group commit: requests that wait at the same time share one round trip.</summary>
/// <remarks>
/// Nothing lingers to be joined: while one batch is under way the next gathers, so an idle system is as quick as without
/// batches, and the cost of a request falls as load rises.
/// </remarks>
public sealed class Coalescer<TRequest, TResult> : IAsyncDisposable
    where TRequest : class
{
    readonly Channel<Item> _queue = Channel.CreateUnbounded<Item>();
    readonly Lock _taking = new();
    readonly Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> _run;
    readonly Func<TRequest, IComparable> _key;
    readonly int _largestBatch;
    readonly Task[] _lanes;
    Item? _heldBack;

    /// <summary>Starts the lanes.</summary>
    /// <param name="run">Answers a batch, by position. When it throws, its requests are tried one by one, so that a bad one fails alone.</param>
    /// <param name="key">A batch holds at most one request of a key, and is sorted by it.</param>
    /// <param name="largestBatch">How many requests may share a round trip.</param>
    /// <param name="lanes">How many round trips may be under way at once.</param>
    public Coalescer(
        Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> run, Func<TRequest, IComparable> key, int largestBatch, int lanes)
    {
        _run = run;
        _key = key;
        _largestBatch = largestBatch;
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => Lane())];
    }

    /// <summary>Joins the next batch.</summary>
    /// <exception cref="ObjectDisposedException">The host is stopping.</exception>
    public Task<TResult> Run(TRequest request)
    {
        var item = new Item(request);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(item), this);
        return item.Result.Task;
    }

    /// <summary>Finishes what has been asked for, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_lanes);
    }

    async Task Lane()
    {
        // A lane lives on after whoever made it: what it does belongs to no one's trace.
        Activity.Current = null;
        while (_heldBack is not null || await _queue.Reader.WaitToReadAsync())
        {
            if (Take() is { Count: > 0 } batch)
                await Answer(batch);
        }
    }

    List<Item> Take()
    {
        lock (_taking)
        {
            var batch = new SortedList<IComparable, Item>();
            while (batch.Count < _largestBatch && (_heldBack is not null || _queue.Reader.TryRead(out _heldBack)))
            {
                if (!batch.TryAdd(_key(_heldBack.Request), _heldBack))
                    break;
                _heldBack = null;
            }

            return [.. batch.Values];
        }
    }

    async Task Answer(List<Item> batch)
    {
        try
        {
            var results = await _run([.. batch.Select(item => item.Request)]);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Result.TrySetResult(results[i]);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to whoever asked; the lane goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (batch.Count == 1)
                batch[0].Result.TrySetException(e);
            else
                await Task.WhenAll(batch.Select(item => Answer([item])));
        }
    }

    sealed class Item(TRequest request)
    {
        public TRequest Request => request;

        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
