using Orchestrator.Local.Reporting;
using Orchestrator.Services.Inventory;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>The orders of one file, and their outcomes. It asks the parties about a chunk of orders at a time.</summary>
public sealed class FileOrders : IAsyncDisposable
{
    readonly PartyDatabases? _parties;
    readonly OrderList _list;

    FileOrders(PartyDatabases? parties, OrderList list) => (_parties, _list) = (parties, list);

    /// <summary>More orders have ended. The argument is their number.</summary>
    public event Action<int>? Settled;

    PartyDatabases Parties => _parties ?? throw new InvalidOperationException("the parties' state can't be reached from here");

    /// <summary>Begins a file. The list of its orders lives only as long as the process.</summary>
    /// <param name="parties">The databases of the parties; with null, only the file is known.</param>
    /// <param name="cancellationToken">Ends the waiting for space on a full disk.</param>
    /// <param name="chunk">The number of orders in one question to the parties.</param>
    public static async Task<FileOrders> Open(PartyDatabases? parties, CancellationToken cancellationToken, int chunk = 1_000)
    {
        var list = new OrderList(parties?.Orchestrator.CreateTemporary() ?? TemporaryDatabase.Create(), chunk);
        await list.Create(cancellationToken);
        return new FileOrders(parties, list);
    }

    /// <summary>Adds accepted orders. An order that stands in the file twice counts once.</summary>
    public Task Add(IEnumerable<Submission> orders, CancellationToken cancellationToken) => _list.Add(orders, cancellationToken);

    /// <summary>Forgets orders that were accepted and could not be submitted.</summary>
    public Task Remove(Guid[] orderIds, CancellationToken cancellationToken) =>
        orderIds.Length == 0 ? Task.CompletedTask : _list.Remove(orderIds, cancellationToken);

    /// <summary>The digests of the orders that are known already, from the file or from the journal.</summary>
    public async Task<Dictionary<Guid, string>> Known(IEnumerable<Guid> orderIds, CancellationToken cancellationToken)
    {
        var ids = orderIds.Distinct().ToArray();
        var listed = await _list.Digests(ids, cancellationToken);
        var journalled = _parties is null
            ? [] : await _parties.Journalled([.. ids.Except(listed.Select(order => order.OrderId))], cancellationToken);
        return listed.Concat(journalled).ToDictionary(order => order.OrderId, order => order.Digest);
    }

    /// <summary>True when an order of the file is under way, or has ended and still holds stock.</summary>
    /// <param name="stuck">Orders that the run does not wait for.</param>
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

    /// <summary>The given orders that belong to the file.</summary>
    public async Task<IReadOnlyDictionary<Guid, T>> Only<T>(IReadOnlyDictionary<Guid, T> orders, CancellationToken cancellationToken) =>
        orders.Count == 0
        ? orders
        : (await _list.Digests([.. orders.Keys], cancellationToken)).ToDictionary(order => order.OrderId, order => orders[order.OrderId]);

    /// <summary>The outcomes of the file's orders, and the stock now.</summary>
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
