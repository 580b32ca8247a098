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
    const int BatchOfLines = 256, BatchOfSkus = 1_000;
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    long _duplicates, _rejected;

    /// <summary>Runs the files.</summary>
    /// <param name="stock">The open stock file.</param>
    /// <param name="orders">The open orders file.</param>
    /// <param name="cancellationToken">Interrupts the run; the same command goes on where it stopped.</param>
    /// <exception cref="StuckException">A message could not be handled, so that some order will not end by itself.</exception>
    public async Task<RunSummary> Run(Stream stock, Stream orders, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Work(stock, orders, started, stop.Token);
        if (await Task.WhenAny(work, host.Faults.First) == work)
            return await work;

        await stop.CancelAsync();
        await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        throw new StuckException(await host.Faults.First);
    }

    async Task<RunSummary> Work(Stream stock, Stream orders, long started, CancellationToken cancellationToken)
    {
        await LoadStock(stock, cancellationToken);
        await host.Recover(cancellationToken);
        await using var file = await FileOrders.Open(host.Database, cancellationToken);
        await SubmitOrders(orders, file, cancellationToken);
        while (!host.InFlight.IsEmpty || await file.Unsettled(cancellationToken))
            await Task.Delay(Poll, time, cancellationToken);
        return await file.Summary(_duplicates, _rejected, time.GetElapsedTime(started), cancellationToken);
    }

    async Task LoadStock(Stream stock, CancellationToken cancellationToken)
    {
        await foreach (var batch in Batches(Accepted(options.Stock, StockFile.Read(stock, cancellationToken)), BatchOfSkus))
            await host.Stock.Load(batch.Select(line => (line.Content.Sku, (long)line.Content.OnHand)), cancellationToken);
    }

    async Task SubmitOrders(Stream orders, FileOrders file, CancellationToken cancellationToken)
    {
        await foreach (var batch in Batches(Accepted(options.Orders, OrderFile.Read(orders, cancellationToken)), BatchOfLines))
        {
            // First who is under way, then who is in the journal: an order that ends in between is in the journal.
            var known = batch
                .Select(line => (line.Content.OrderId, Content: host.InFlight.ContentOf(line.Content.OrderId)))
                .Where(order => order.Content is not null)
                .DistinctBy(order => order.OrderId)
                .ToDictionary(order => order.OrderId, order => order.Content!);
            var others = batch.Select(line => line.Content.OrderId).Where(id => !known.ContainsKey(id));
            foreach (var (orderId, content) in await file.Journalled(others, cancellationToken))
                known[orderId] = content;

            await file.Add(await Submit(batch, known, cancellationToken), cancellationToken);
        }
    }

    async Task<IReadOnlyList<Guid>> Submit(
        List<(long Number, OrderSubmitted Content)> batch, Dictionary<Guid, byte[]> known, CancellationToken cancellationToken)
    {
        var accepted = new List<Guid>();
        foreach (var (number, order) in batch)
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(order, WireJson.Options);
            if (known.TryGetValue(order.OrderId, out var before))
            {
                if (!before.AsSpan().SequenceEqual(content))
                {
                    Reject(options.Orders, number, $"order {order.OrderId} is known with other content");
                    continue;
                }

                _duplicates++;
            }
            else
            {
                known[order.OrderId] = content;
                await host.InFlight.Enter(order.OrderId, content, cancellationToken);
                await host.Bus.Publish(
                    order,
                    context =>
                    {
                        context.MessageId = DerivedId.From(nameof(OrderSubmitted), Convert.ToHexString(content));
                        context.SentBy("local");
                    },
                    cancellationToken);
            }

            accepted.Add(order.OrderId);
            progress.OrderAccepted();
        }

        return accepted;
    }

    // A bad line is told when it is read, not when its batch is full.
    async IAsyncEnumerable<(long Number, T Content)> Accepted<T>(string path, IAsyncEnumerable<FileLine<T>> lines)
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

    static async IAsyncEnumerable<List<T>> Batches<T>(IAsyncEnumerable<T> items, int size)
    {
        var batch = new List<T>(size);
        await foreach (var item in items)
        {
            batch.Add(item);
            if (batch.Count < size)
                continue;
            yield return batch;
            batch = new List<T>(size);
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
