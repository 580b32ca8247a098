using System.Collections.Concurrent;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Local.Runs;

/// <summary>Runs a file of orders until each has ended or waits for an operator.</summary>
public sealed class OrderRun(IOrderCarrier carrier, ProcessOptions options, RunProgress progress, TimeProvider time)
{
    const int BatchOfLines = 256, BatchOfBytes = 4 * 1024 * 1024, BatchOfSkus = 1_000;
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    readonly ConcurrentQueue<Guid> _refused = [];
    long _submitted, _duplicates, _rejected;

    /// <summary>Runs the files.</summary>
    /// <param name="stock">The open stock file, if there is one.</param>
    /// <param name="orders">The open orders file.</param>
    /// <param name="cancellationToken">Interrupts the run. The same command goes on where it stopped.</param>
    /// <exception cref="StuckException">Some orders will not end by themselves; all others have ended.</exception>
    /// <exception cref="BreakdownException">A message could not be handled, and it is unknown which order waits for it.</exception>
    public async Task<RunSummary> Run(Stream? stock, Stream orders, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Work(stock, orders, started, stop.Token);
        if (await Task.WhenAny(work, carrier.Breakdown) == work)
            return await work;

        await stop.CancelAsync();
        await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        throw new BreakdownException(await carrier.Breakdown);
    }

    /// <summary>Submits the orders of a file, and does not wait for their ends.</summary>
    /// <param name="stock">The open stock file, if there is one.</param>
    /// <param name="orders">The open orders file.</param>
    /// <param name="cancellationToken">Interrupts the run.</param>
    public async Task<SubmitSummary> Submit(Stream? stock, Stream orders, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await LoadStock(stock, cancellationToken);
        await using var file = await FileOrders.Open(carrier.Databases, cancellationToken);
        await SubmitOrders(orders, file, cancellationToken);
        while (!await carrier.IsIdle(cancellationToken))
            await Task.Delay(Poll, time, cancellationToken);
        return new SubmitSummary(_submitted - _refused.Count, _duplicates, _rejected, time.GetElapsedTime(started).TotalSeconds);
    }

    async Task<RunSummary> Work(Stream? stock, Stream orders, long started, CancellationToken cancellationToken)
    {
        await LoadStock(stock, cancellationToken);
        await carrier.Recover(cancellationToken);
        await using var file = await FileOrders.Open(carrier.Databases, cancellationToken);
        file.Settled += progress.OrdersEnded;
        await SubmitOrders(orders, file, cancellationToken);
        if (await UntilSettled(file, cancellationToken) is { Count: > 0 } stuck)
            throw new StuckException([.. stuck.Values]);
        var summary = await file.Summary(_duplicates, _rejected, time.GetElapsedTime(started), cancellationToken);
        return summary with { Faults = carrier.InjectedFaults?.ToList() };
    }

    /// <returns>The stuck orders, each with the reason. The run did not wait for them.</returns>
    async Task<IReadOnlyDictionary<Guid, string>> UntilSettled(FileOrders file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await carrier.IsIdle(cancellationToken))
            {
                await file.Remove([.. _refused], cancellationToken);
                var stuck = await file.Only(await carrier.Stuck(cancellationToken), cancellationToken);
                if (!await file.Unsettled(stuck, cancellationToken))
                    return stuck;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    async Task LoadStock(Stream? stock, CancellationToken cancellationToken)
    {
        if (stock is null)
            return;
        var (shelf, known) = (new Stock(carrier.Databases!.Inventory), 0L);
        await foreach (var batch in Batches(Accepted(options.Stock!, StockFile.Read(stock, cancellationToken)), BatchOfSkus, _ => 0))
            known += batch.Count - await shelf.Load(batch.Select(line => (line.Value.Sku, (long)line.Value.OnHand)), cancellationToken);
        if (known > 0)
            progress.StockKnown(options.Stock!, known);
    }

    async Task SubmitOrders(Stream orders, FileOrders file, CancellationToken cancellationToken)
    {
        var lines = Accepted(options.Orders, OrderFile.Read(orders, cancellationToken))
            .Select(line => (line.Number, Submission: new Submission(line.Value)));
        await foreach (var batch in Batches(lines, BatchOfLines, line => line.Submission.Size))
        {
            var known = await file.Known(batch.Select(line => line.Submission.Order.OrderId), cancellationToken);
            var accepted = new List<Submission>(batch.Count);
            foreach (var (number, submission) in batch)
            {
                if (await Accept(number, submission, known, cancellationToken))
                    accepted.Add(submission);
            }

            await file.Add(accepted, cancellationToken);
        }
    }

    async Task<bool> Accept(long number, Submission submission, Dictionary<Guid, string> known, CancellationToken cancellationToken)
    {
        var orderId = submission.Order.OrderId;
        if (known.TryAdd(orderId, submission.Digest))
        {
            await carrier.Submit(submission, reason => Refuse(number, orderId, reason), cancellationToken);
            _submitted++;
            progress.OrderAccepted();
            return true;
        }

        if (known[orderId] != submission.Digest)
        {
            Reject(options.Orders, number, $"order {orderId} is known with other content");
            return false;
        }

        _duplicates++;
        progress.OrderKnown();
        return true;
    }

    // Reports a bad line when it is read, not when its batch is full.
    async IAsyncEnumerable<(long Number, T Value)> Accepted<T>(string path, IAsyncEnumerable<FileLine<T>> lines)
        where T : class
    {
        await foreach (var line in lines)
        {
            if (line.IsAccepted)
                yield return (line.Number, line.Value);
            else
                Reject(path, line.Number, line.Rejection);
        }
    }

    void Refuse(long number, Guid orderId, string reason)
    {
        _refused.Enqueue(orderId);
        Reject(options.Orders, number, reason);
    }

    void Reject(string path, long number, string reason)
    {
        Interlocked.Increment(ref _rejected);
        progress.LineRejected(path, number, reason);
    }

    static async IAsyncEnumerable<List<T>> Batches<T>(IAsyncEnumerable<T> items, int most, Func<T, int> bytes)
    {
        var (batch, size) = (new List<T>(most), 0);
        await foreach (var item in items)
        {
            batch.Add(item);
            size += bytes(item);
            if (batch.Count < most && size < BatchOfBytes)
                continue;
            yield return batch;
            (batch, size) = (new List<T>(most), 0);
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
