using Orchestrator.Local.Reporting;
using Orchestrator.Services.Inventory;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>The orders of one file, and what became of them. The parties are asked about some orders at a time.</summary>
public sealed class FileOrders : IAsyncDisposable
{
    readonly PartyDatabases? _parties;
    readonly OrderList _list;

    FileOrders(PartyDatabases? parties, OrderList list) => (_parties, _list) = (parties, list);

    /// <summary>So many more orders have come to their end.</summary>
    public event Action<int>? Settled;

    PartyDatabases Parties => _parties ?? throw new InvalidOperationException("the parties' state can't be reached from here");

    /// <summary>Begins a file. Its list dies with the process.</summary>
    /// <param name="parties">Where the parties keep their state; without them only the file itself is known.</param>
    /// <param name="cancellationToken">Ends the waiting for a full disk.</param>
    /// <param name="chunk">About how many orders the parties are asked at once.</param>
    public static async Task<FileOrders> Open(PartyDatabases? parties, CancellationToken cancellationToken, int chunk = 1_000)
    {
        var list = new OrderList(parties?.Orchestrator.CreateTemporary() ?? TemporaryDatabase.Create(), chunk);
        await list.Create(cancellationToken);
        return new FileOrders(parties, list);
    }

    /// <summary>Adds accepted orders; those that stand in the file twice count once.</summary>
    public Task Add(IEnumerable<Submission> orders, CancellationToken cancellationToken) => _list.Add(orders, cancellationToken);

    /// <summary>Forgets orders that were accepted and could not be submitted.</summary>
    public Task Remove(Guid[] orderIds, CancellationToken cancellationToken) =>
        orderIds.Length == 0 ? Task.CompletedTask : _list.Remove(orderIds, cancellationToken);

    /// <summary>The digests of those orders that are known already: from the file, or to the journal.</summary>
    public async Task<Dictionary<Guid, string>> Known(IEnumerable<Guid> orderIds, CancellationToken cancellationToken)
    {
        var ids = orderIds.Distinct().ToArray();
        var listed = await _list.Digests(ids, cancellationToken);
        var journalled = _parties is null
            ? [] : await _parties.Journalled([.. ids.Except(listed.Select(order => order.OrderId))], cancellationToken);
        return listed.Concat(journalled).ToDictionary(order => order.OrderId, order => order.Digest);
    }

    /// <summary>Whether an order of the file is under way, or its end has not yet settled the stock that it holds.</summary>
    /// <param name="stuck">Orders that are not waited for.</param>
    /// <param name="cancellationToken">Ends the waiting for the databases.</param>
    public async Task<bool> Unsettled(IReadOnlyDictionary<Guid, string> stuck, CancellationToken cancellationToken)
    {
        await foreach (var chunk in _list.NotSettled(cancellationToken))
        {
            var states = (await Parties.States(chunk, cancellationToken)).ToLookup(order => order.State, order => order.OrderId);
            var ended = states["Completed"].Concat(states["Cancelled"]).ToArray();
            var settled = ended.Except(await Parties.HoldingStock(ended, cancellationToken)).ToArray();
            await _list.Settle(settled, cancellationToken);
            Settled?.Invoke(settled.Length);
            if (chunk.Except(settled).Except(states["Suspended"]).Except(stuck.Keys).Any())
                return true;
        }

        return false;
    }

    /// <summary>Those of some orders that are the file's.</summary>
    public async Task<IReadOnlyDictionary<Guid, T>> Only<T>(IReadOnlyDictionary<Guid, T> orders, CancellationToken cancellationToken) =>
        orders.Count == 0
        ? orders
        : (await _list.Digests([.. orders.Keys], cancellationToken)).ToDictionary(order => order.OrderId, order => orders[order.OrderId]);

    /// <summary>What became of the file's orders, and what the inventory has now.</summary>
    public async Task<RunSummary> Summary(long duplicates, long rejected, TimeSpan took, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        await foreach (var chunk in _list.All(cancellationToken))
        {
            (await Parties.Outcomes(chunk, cancellationToken)).ForEach(tally.Count);
            (await Parties.Payments(chunk, cancellationToken)).ForEach(tally.Count);
        }

        return tally.Summary(duplicates, rejected, await new Stock(Parties.Inventory).Totals(cancellationToken), took);
    }

    /// <summary>Forgets the list.</summary>
    public ValueTask DisposeAsync() => _list.DisposeAsync();
}
