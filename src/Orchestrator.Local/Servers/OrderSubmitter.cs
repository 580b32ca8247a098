using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Local.Runs;
using Orchestrator.ServiceDefaults.Broker;

namespace Orchestrator.Local.Servers;

/// <summary>Sends orders to a broker, many at a time, each until the broker has confirmed it.</summary>
public sealed partial class OrderSubmitter(IBus bus, TimeProvider time, ILogger<OrderSubmitter> logger) : IDisposable
{
    const int AtOnce = 128;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _places = new(AtOnce, AtOnce);
    Exception? _failure;

    /// <summary>Begins to send an order; returns when there is room for the next.</summary>
    /// <exception cref="IOException">An order before this one was returned: no queue takes orders.</exception>
    public async Task Submit(Submission order, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        ThrowIfFailed();
        _ = Send(order, cancellationToken);
    }

    /// <summary>Waits until the broker has confirmed every order.</summary>
    /// <exception cref="IOException">One was returned: no queue takes orders.</exception>
    public async Task Flush(CancellationToken cancellationToken)
    {
        for (var i = 0; i < AtOnce; i++)
            await _places.WaitAsync(cancellationToken);
        _places.Release(AtOnce);
        ThrowIfFailed();
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    async Task Send(Submission order, CancellationToken cancellationToken)
    {
        try
        {
            while (!await IsTaken(order, cancellationToken))
                await Task.Delay(Pause, time, cancellationToken);
        }
#pragma warning disable CA1031 // It is told to whoever submits or waits next.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure ??= e;
        }
        finally
        {
            _places.Release();
        }
    }

    async Task<bool> IsTaken(Submission order, CancellationToken cancellationToken)
    {
        try
        {
            await Patience.Send(stop => order.Publish(bus, stop), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or MessageReturnedException))
        {
            LogNotTaken(order.Order.OrderId, e.GetBaseException().Message);
            return false;
        }
    }

    void ThrowIfFailed()
    {
        if (_failure is not null)
            throw new IOException($"an order could not be submitted: {_failure.Message}", _failure);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not take order {OrderId} ({Reason}); trying again until it does")]
    partial void LogNotTaken(Guid orderId, string reason);
}
