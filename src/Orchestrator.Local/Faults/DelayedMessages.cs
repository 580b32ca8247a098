using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Faults;

/// <summary>Messages that wait in this process until they are due, as in a slow network. They are lost when the process ends.</summary>
sealed partial class DelayedMessages(IBus bus, TimeProvider time, ILogger<DelayedMessages> logger) : IDisposable
{
    readonly CancellationTokenSource _end = new();
    int _held;

    /// <summary>True when no message waits.</summary>
    public bool IsEmpty => Volatile.Read(ref _held) == 0;

    /// <summary>Sends a message after a delay.</summary>
    public void Hold(DelayedMessage message, TimeSpan howLong)
    {
        Interlocked.Increment(ref _held);
        _ = Release(message, howLong, _end.Token);
    }

    /// <summary>Drops the messages that still wait.</summary>
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
#pragma warning disable CA1031 // No caller awaits this. A message that can't be sent is lost, and the saga must cope with that.
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
