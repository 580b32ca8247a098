using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;
using Orchestrator.ServiceDefaults;
using Orchestrator.Services.Inventory;

namespace Orchestrator.Local.Runs;

/// <summary>Carries a file of orders through the embedded host until each has come to its end.</summary>
public sealed class OrderRun(EmbeddedHost host, ProcessOptions options, RunProgress progress, TimeProvider time)
{
    const int BatchOfLines = 256, BatchOfBytes = 4 * 1024 * 1024, BatchOfSkus = 1_000;
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    long _duplicates, _rejected;

    /// <summary>Runs the files.</summary>
    /// <param name="stock">The open stock file.</param>
    /// <param name="orders">The open orders file.</param>
    /// <param name="cancellationToken">Interrupts the run; the same command goes on where it stopped.</param>
    /// <exception cref="StuckException">Some orders will not end by themselves; all others have ended.</exception>
    /// <exception cref="BreakdownException">A message could not be handled, and nobody can say which order waits for it.</exception>
    public async Task<RunSummary> Run(Stream stock, Stream orders, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Work(stock, orders, started, stop.Token);
        if (await Task.WhenAny(work, host.Faults.Breakdown) == work)
            return await work;

        await stop.CancelAsync();
        await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        throw new BreakdownException(await host.Faults.Breakdown);
    }

    async Task<RunSummary> Work(Stream stock, Stream orders, long started, CancellationToken cancellationToken)
    {
        await LoadStock(stock, cancellationToken);
        await host.Recover(cancellationToken);
        await using var file = await FileOrders.Open(host.Database, cancellationToken);
        await SubmitOrders(orders, file, cancellationToken);
        while (!host.InFlight.IsEmpty || await file.Unsettled(host.Faults.Stuck.Keys, cancellationToken))
            await Task.Delay(Poll, time, cancellationToken);
        if (host.Faults.Stuck.Count > 0)
            throw new StuckException([.. host.Faults.Stuck.Values]);
        return await file.Summary(_duplicates, _rejected, time.GetElapsedTime(started), cancellationToken);
    }

    async Task LoadStock(Stream stock, CancellationToken cancellationToken)
    {
        await foreach (var batch in Batches(Accepted(options.Stock, StockFile.Read(stock, cancellationToken)), BatchOfSkus, _ => 0))
            await host.Stock.Load(batch.Select(line => (line.Value.Sku, (long)line.Value.OnHand)), cancellationToken);
    }

    async Task SubmitOrders(Stream orders, FileOrders file, CancellationToken cancellationToken)
    {
        var lines = Accepted(options.Orders, OrderFile.Read(orders, cancellationToken))
            .Select(line => new Submission(line.Number, line.Value, JsonSerializer.SerializeToUtf8Bytes(line.Value, WireJson.Options)));
        await foreach (var batch in Batches(lines, BatchOfLines, submission => submission.Content.Length))
        {
            // First who is under way, then who is in the journal: an order that ends in between is in the journal.
            var known = batch
                .Select(submission => (submission.Order.OrderId, Content: host.InFlight.ContentOf(submission.Order.OrderId)))
                .Where(order => order.Content is not null)
                .DistinctBy(order => order.OrderId)
                .ToDictionary(order => order.OrderId, order => order.Content!);
            var others = batch.Select(submission => submission.Order.OrderId).Where(id => !known.ContainsKey(id));
            foreach (var (orderId, content) in await file.Journalled(others, cancellationToken))
                known[orderId] = content;

            await file.Add(await Submit(batch, known, cancellationToken), cancellationToken);
        }
    }

    async Task<IReadOnlyList<Guid>> Submit(
        List<Submission> batch, Dictionary<Guid, byte[]> known, CancellationToken cancellationToken)
    {
        var accepted = new List<Guid>();
        foreach (var (number, order, content) in batch)
        {
            if (known.TryGetValue(order.OrderId, out var before))
            {
                if (!before.AsSpan().SequenceEqual(content))
                {
                    Reject(options.Orders, number, $"order {order.OrderId} is known with other content");
                    continue;
                }

                _duplicates++;
                progress.OrderKnown();
            }
            else
            {
                known[order.OrderId] = content;
                await host.InFlight.Enter(order.OrderId, content, content.Length, cancellationToken);
                await Publish(order, content, cancellationToken);
                progress.OrderAccepted();
            }

            accepted.Add(order.OrderId);
        }

        return accepted;
    }

    Task Publish(OrderSubmitted order, byte[] content, CancellationToken cancellationToken) => host.Bus.Publish(
        order,
        context =>
        {
            context.MessageId = DerivedId.From(nameof(OrderSubmitted), Convert.ToHexString(content));
            context.SentBy("local");
        },
        cancellationToken);

    // A bad line is told when it is read, not when its batch is full.
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

    void Reject(string path, long number, string reason)
    {
        _rejected++;
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

    sealed record Submission(long Number, OrderSubmitted Order, byte[] Content);
}
