using System.Collections.Concurrent;

namespace Orchestrator.Local.Embedded;

/// <summary>The orders under way in this process. Their number is limited, so that memory does not grow with the file.</summary>
/// <remarks>Large orders take several places, so that memory is bounded in bytes too. Only one caller may enter at a time.</remarks>
public sealed class OrdersInFlight : IDisposable
{
    const int Places = 512, BytesInPlace = 4_096;

    readonly ConcurrentDictionary<Guid, int> _orders = new();
    readonly SemaphoreSlim _free = new(Places, Places);

    /// <summary>Raised once for each order that has ended.</summary>
    public event Action<Guid>? Ended;

    /// <summary>True when no order is under way.</summary>
    public bool IsEmpty => _orders.IsEmpty;

    /// <summary>Waits for free places and takes them. An order that is in already keeps its places.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="bytes">How large it is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task Enter(Guid orderId, int bytes, CancellationToken cancellationToken)
    {
        var places = Math.Min(1 + bytes / BytesInPlace, Places);
        for (var i = 0; i < places; i++)
            await _free.WaitAsync(cancellationToken);
        if (!_orders.TryAdd(orderId, places))
            _free.Release(places);
    }

    /// <summary>The order has ended. Its places become free.</summary>
    public void End(Guid orderId)
    {
        if (Leave(orderId))
            Ended?.Invoke(orderId);
    }

    /// <summary>Frees the places of an order that has not ended.</summary>
    /// <returns>True when the order was under way.</returns>
    public bool Leave(Guid orderId)
    {
        if (!_orders.TryRemove(orderId, out var places))
            return false;
        _free.Release(places);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}
