using System.Collections.Concurrent;

namespace Orchestrator.Local.Embedded;

/// <summary>The orders under way in this process: not more at once than the process can hold, however long the file.</summary>
public sealed class OrdersInFlight : IDisposable
{
    const int Most = 512;

    readonly ConcurrentDictionary<Guid, byte[]?> _orders = new();
    readonly SemaphoreSlim _free = new(Most, Most);

    /// <summary>An order came to its end; told once for each.</summary>
    public event Action<Guid>? Ended;

    /// <summary>Whether none is under way.</summary>
    public bool IsEmpty => _orders.IsEmpty;

    /// <summary>Waits for a place and takes it; one who is in already stays.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="content">Its canonical content, where it is known.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task Enter(Guid orderId, byte[]? content, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        if (!_orders.TryAdd(orderId, content))
            _free.Release();
    }

    /// <summary>The content of an order that is under way and was submitted by this process.</summary>
    public byte[]? ContentOf(Guid orderId) => _orders.GetValueOrDefault(orderId);

    /// <summary>Gives the order's place to the next.</summary>
    public void End(Guid orderId)
    {
        if (!_orders.TryRemove(orderId, out _))
            return;
        _free.Release();
        Ended?.Invoke(orderId);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}
