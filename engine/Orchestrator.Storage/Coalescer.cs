using System.Diagnostics;

namespace Orchestrator.Storage;

/// <summary>Group commit: requests that wait at the same time share one round trip.</summary>
/// <remarks>
/// No request waits only so that others can join it: while one batch is under way, the next one gathers. So an idle system is as fast as
/// without batches, and the cost of a request falls as load rises. There is one batch at a time: a second one would only halve both.
/// </remarks>
/// <param name="run">Answers a batch, by position. When it throws, its requests are tried one by one, so that a bad one fails
/// alone.</param>
/// <param name="key">A batch holds at most one request of a key, and is sorted by it. The requests of a key are answered in the order of
/// their arrival.</param>
/// <param name="largestBatch">How many requests may share a round trip.</param>
public sealed class Coalescer<TKey, TRequest, TResult>(
    Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> run, Func<TRequest, TKey> key, int largestBatch) : IAsyncDisposable
    where TKey : IComparable<TKey>
{
    readonly Lock _lock = new();
    readonly TaskCompletionSource _idle = new();
    List<Item> _waiting = [];
    bool _busy, _closed;

    /// <summary>Joins the next batch.</summary>
    /// <exception cref="ObjectDisposedException">The host is stopping.</exception>
    public Task<TResult> Run(TRequest request)
    {
        var item = new Item(request);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Add(item);
            if (_busy)
                return item.Result.Task;
            _busy = true;
        }

        // A caller that finds no batch under way answers until no request waits. That work belongs to no trace and to no log scope.
        if (ExecutionContext.IsFlowSuppressed())
            _ = AnswerAll();
        else
        {
            using (ExecutionContext.SuppressFlow())
                _ = AnswerAll();
        }

        return item.Result.Task;
    }

    /// <summary>Answers the requests that wait, and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
            if (!_busy)
                _idle.TrySetResult();
        }

        await _idle.Task;
    }

    async Task AnswerAll()
    {
        Activity.Current = null;
        while (Take() is { Count: > 0 } batch)
            await Answer(batch);
    }

    /// <returns>The next batch; empty when no request waits, and from then on no batch is under way.</returns>
    IReadOnlyList<Item> Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _busy = false;
                if (_closed)
                    _idle.TrySetResult();
                return [];
            }

            if (_waiting.Count == 1)
            {
                var only = _waiting[0];
                _waiting.Clear();
                return [only];
            }

            var batch = new SortedList<TKey, Item>(Math.Min(_waiting.Count, largestBatch));
            var left = new List<Item>();
            foreach (var item in _waiting)
            {
                if (batch.Count == largestBatch || !batch.TryAdd(key(item.Request), item))
                    left.Add(item);
            }

            _waiting = left;
            return [.. batch.Values];
        }
    }

    async Task Answer(IReadOnlyList<Item> batch)
    {
        try
        {
            var results = await run([.. batch.Select(item => item.Request)]);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Result.TrySetResult(results[i]);
        }
#pragma warning disable CA1031 // The exception goes to the caller of the failed request; the others are answered.
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
