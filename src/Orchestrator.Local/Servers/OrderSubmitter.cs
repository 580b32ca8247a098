using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Local.Runs;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;

namespace Orchestrator.Local.Servers;

/// <summary>Sends orders to a broker, many at a time. It repeats each until the broker has confirmed it.</summary>
public sealed partial class OrderSubmitter(
    IBus bus, Destinations destinations, TimeProvider time, ILogger<OrderSubmitter> logger) : IDisposable
{
    const int AtOnce = 128;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly string Exchange = BrokerQueues.Event(typeof(OrderSubmitted));

    readonly SemaphoreSlim _places = new(AtOnce, AtOnce);
    Exception? _failure;

    /// <summary>Begins to send an order. It first waits until there is room for it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="reject">Gets the reason when the broker will never take the order. Any thread may call it, before <see cref="Flush"/>
    /// ends.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">An earlier order could not be sent.</exception>
    public async Task Submit(Submission order, Action<string> reject, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        ThrowIfFailed();
        _ = Send(order, reject, cancellationToken);
    }

    /// <summary>Waits until the broker has confirmed every order.</summary>
    /// <exception cref="IOException">An order could not be sent.</exception>
    public async Task Flush(CancellationToken cancellationToken)
    {
        for (var i = 0; i < AtOnce; i++)
            await _places.WaitAsync(cancellationToken);
        _places.Release(AtOnce);
        ThrowIfFailed();
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    async Task Send(Submission order, Action<string> reject, CancellationToken cancellationToken)
    {
        try
        {
            while (!await IsTaken(order, cancellationToken))
                await Task.Delay(Pause, time, cancellationToken);
        }
        catch (MessageTooLargeException e)
        {
            reject(e.Message);
        }
#pragma warning disable CA1031 // The next call of Submit or Flush throws it.
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
            await destinations.Send(Exchange, stop => order.Publish(bus, stop), cancellationToken);
            return true;
        }
        catch (DeferredMessageException)
        {
            // No queue takes orders now. The destinations log this, in few lines.
            return false;
        }
        catch (Exception e) when (e is not (OperationCanceledException or MessageTooLargeException))
        {
            LogNotTaken(order.Order.OrderId, Redacted.Reason(e));
            return false;
        }
    }

    void ThrowIfFailed()
    {
        if (_failure is MessageReturnedException)
            throw new IOException("there is no queue that takes orders; start Orchestrator.Worker once, which makes it.", _failure);
        if (_failure is not null)
            throw new IOException($"an order could not be submitted: {_failure.Message}", _failure);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not take order {OrderId} ({Reason}); trying again until it does")]
    partial void LogNotTaken(Guid orderId, string reason);
}
