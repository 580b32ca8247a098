using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Faults;

/// <summary>Messages that wait in this process until their time comes, as in a slow network. They die with the process.</summary>
sealed partial class DelayedMessages(IBus bus, TimeProvider time, ILogger<DelayedMessages> logger) : IDisposable
{
    readonly CancellationTokenSource _end = new();
    int _held;

    /// <summary>Whether none is waiting.</summary>
    public bool IsEmpty => Volatile.Read(ref _held) == 0;

    /// <summary>Sends a message when its time has come.</summary>
    public void Hold(DelayedMessage message, TimeSpan howLong)
    {
        Interlocked.Increment(ref _held);
        _ = Release(message, howLong, _end.Token);
    }

    /// <summary>Loses what is still waiting.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    async Task Release(DelayedMessage message, TimeSpan howLong, CancellationToken stop)
    {
        try
        {
            await Task.Delay(howLong, time, stop);
            await Patience.Send(patience => message.Go(bus, patience), stop);
        }
#pragma warning disable CA1031 // Nobody waits for it. A message that can't be sent is lost, and the saga must bear that.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!stop.IsCancellationRequested)
                LogLost(message.Type.Name, Redacted.Reason(e));
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message} was held back by --faults and is lost ({Reason})")]
    partial void LogLost(string message, string reason);
}
