using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Sending;

/// <summary>
/// Sends messages and knows which receivers take none. A receiver that is full, missing or without a quorum delays only its own messages.
/// They are deferred after a few seconds, or at once when the receiver is known to take no messages.
/// </summary>
public sealed partial class Destinations : IDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, Destination> _all = new();
    readonly ConcurrentDictionary<string, Lane> _lanes = new();
    readonly ConcurrentDictionary<SendTry, Destination> _abandoned = new();
    readonly Meter _meter = new(Instrumentation.Name);
    readonly TimeProvider _time;
    readonly ILogger<Destinations> _logger;
    long _taken;
    int _alarms;

    /// <summary>Creates the only instance of the process.</summary>
    /// <param name="time">The process's clock.</param>
    /// <param name="logger">Gets a line every few seconds for each receiver that takes no messages.</param>
    public Destinations(TimeProvider time, ILogger<Destinations> logger)
    {
        (_time, _logger, _taken) = (time, logger, time.GetTimestamp());
        _meter.CreateObservableGauge(
            "orchestrator.destination.blocked", Measure, "s",
            "For how long a queue or an event's exchange has taken no message of this host; nothing while it takes them");
    }

    /// <summary>
    /// Whether an alarm (of memory or of the disk) keeps the broker from taking messages. Nothing is deferred then, because the redelivery
    /// queues take no messages either.
    /// </summary>
    public bool IsBrokerFull => Volatile.Read(ref _alarms) > 0;

    /// <summary>
    /// The size of the largest message that the broker takes, in bytes. A client can't ask for it, so it is null until the broker has
    /// refused a message as too large.
    /// </summary>
    public long? LargestMessage { get; set; }

    /// <summary>The receivers whose messages are deferred, each with the reason.</summary>
    public IReadOnlyList<string> Blocked =>
    [
        .. from receiver in _all.Values
           let blocked = receiver.Blocked
           where blocked is not null
           orderby receiver.Name
           select $"{receiver.Name} ({blocked.Reason})",
    ];

    /// <summary>Notes that the broker has announced an alarm on a connection.</summary>
    public void BeginAlarm() => Interlocked.Increment(ref _alarms);

    /// <summary>Notes that the alarm of a connection is over, or that the connection is closed.</summary>
    public void EndAlarm() => Interlocked.Decrement(ref _alarms);

    /// <summary>Cancels the sending of messages that nobody waits for, because the host stops.</summary>
    public void Close()
    {
        IsClosing = true;
        foreach (var attempt in _abandoned.Keys)
            attempt.Cancel();
    }

    /// <summary>
    /// Notes that the connection is lost. Messages that were not confirmed over it will never be confirmed. The next connection may lead to
    /// a broker where every receiver works, so all refusals are forgotten.
    /// </summary>
    public void LoseConnection()
    {
        LargestMessage = null;
        foreach (var attempt in _abandoned.Keys)
            attempt.Cancel();
        foreach (var receiver in _all.Values)
            receiver.Forget();
    }

    /// <summary>Sends a message, and returns when the broker has confirmed it.</summary>
    /// <param name="destination">The queue or the event's exchange.</param>
    /// <param name="send">Sends the message once.</param>
    /// <param name="cancellationToken">Ends the tries to send.</param>
    /// <param name="lastTry">How long a sending that is under way may continue after that.</param>
    /// <param name="lane">Names the messages that go over one channel and may go to one queue. By default these are the messages with the
    /// same destination.</param>
    /// <exception cref="DeferredMessageException">The receiver takes no messages although the broker can be reached.</exception>
    /// <exception cref="MessageTooLargeException">The message is larger than the broker's limit.</exception>
    /// <exception cref="ConnectionException">The broker does not answer.</exception>
    public async Task Send(
        string destination, Func<CancellationToken, Task> send, CancellationToken cancellationToken, TimeSpan lastTry = default,
        string? lane = null)
    {
        var way = _lanes.GetOrAdd(lane ?? destination, static _ => new Lane());
        var receiver = _all.GetOrAdd(destination, static (name, time) => new Destination(name, time), _time);
        var began = _time.GetTimestamp();
        var (waits, refusal) = (false, (Refusal?)null);
        try
        {
            for (var pause = FirstPause; !way.IsFull && receiver.MayTry(ref waits); pause = pause * 2 < LongestPause
                ? pause * 2 : LongestPause)
            {
                await way.Enter(cancellationToken);
                // Meanwhile another message may have found that the receiver takes no messages.
                if (!waits && !receiver.MayTry(ref waits))
                {
                    way.Leave();
                    break;
                }

                refusal = await Try(receiver, way, send, lastTry, cancellationToken);
                if (refusal is null)
                    return;
                receiver.Refused(refusal);
                if (_time.GetElapsedTime(began) >= Destination.Patience || !receiver.MayTry(ref waits))
                    break;
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
        finally
        {
            if (waits)
                receiver.Leave();
        }

        throw PutOff(receiver, refusal);
    }

    /// <summary>
    /// Ends the measurement. Messages that are under way are still sent: this service is disposed of before the bus, and must not delay the
    /// stop of the bus.
    /// </summary>
    public void Dispose() => _meter.Dispose();

    /// <summary>Whether the host stops.</summary>
    internal bool IsClosing { get; private set; }

    /// <summary>Whether any receiver has taken a message since then, so that the broker works.</summary>
    internal bool TookSince(long timestamp) => Volatile.Read(ref _taken) > timestamp;

    async Task<Refusal?> Try(
        Destination receiver, Lane lane, Func<CancellationToken, Task> send, TimeSpan lastTry, CancellationToken cancellationToken)
    {
        var attempt = new SendTry(this, receiver, _time, lastTry);
        var sending = Task.CompletedTask;
        try
        {
            using var hurry = cancellationToken.UnsafeRegister(static attempt => ((SendTry)attempt!).GiveUp(), attempt);
            sending = send(attempt.Stop);
            await sending.WaitAsync(attempt.Leave);
            Took(receiver);
            return null;
        }
#pragma warning disable CA1031 // The refusal already holds the reason.
        catch (Exception) when (attempt.Refusal is not null)
#pragma warning restore CA1031
        {
            return attempt.Refusal;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException($"the broker did not confirm a message for {receiver.Name} in time", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or MessageTooLargeException))
        {
            // The next connection may lead to a broker where the receiver works.
            receiver.Forget();
            throw;
        }
        finally
        {
            if (attempt.IsLeft)
            {
                _ = Abandon(receiver, lane, attempt, sending);
            }
            else
            {
                if (!sending.IsCompleted)
                    attempt.Cancel();
                attempt.Dispose();
                lane.Leave();
            }
        }
    }

    void Took(Destination receiver)
    {
        Volatile.Write(ref _taken, _time.GetTimestamp());
        if (receiver.Took() is { } refused)
            LogTakesAgain(receiver.Name, refused.TotalSeconds);
    }

    // Waits for the late confirm of a message that nobody waits for. The confirm shows that the receiver works, without another try, which
    // would be one more unconfirmed message.
    async Task Abandon(Destination receiver, Lane lane, SendTry attempt, Task sending)
    {
        receiver.Abandon();
        lane.Keep();
        _abandoned[attempt] = receiver;
        if (IsClosing)
            attempt.Cancel();
        try
        {
            // The sending may never end by itself: when a connection breaks, the client does not tell all senders that wait for a confirm.
            await sending.WaitAsync(attempt.Stop);
            Took(receiver);
        }
#pragma warning disable CA1031 // The failure is already noted, and the message that caused this one comes again.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Its channel is closed, so the confirm can't come any more.
        }

        _abandoned.TryRemove(attempt, out _);
        receiver.EndAbandonment();
        lane.EndKeeping();
        attempt.Dispose();
    }

    DeferredMessageException PutOff(Destination receiver, Refusal? refusal)
    {
        var reason = (refusal ?? receiver.Refusal)?.Reason ?? "until a moment ago";
        if (receiver.PutOff() is { } count)
            LogTakesNothing(receiver.Name, receiver.Refuses?.TotalSeconds ?? 0, reason, count);
        return new DeferredMessageException($"{receiver.Name} takes no messages ({reason})", refusal?.Cause);
    }

    IEnumerable<Measurement<double>> Measure()
    {
        foreach (var destination in _all.Values)
        {
            if (destination.Refuses is { } refuses)
                yield return new Measurement<double>(
                    refuses.TotalSeconds, KeyValuePair.Create(Instrumentation.Destination, (object?)destination.Name));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Receiver} has taken no message for {Seconds:F0} s ({Reason}): {Count} messages for it were deferred and come again; all "
            + "other messages go on")]
    partial void LogTakesNothing(string receiver, double seconds, string reason, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Receiver} takes messages again, after {Seconds:F0} s")]
    partial void LogTakesAgain(string receiver, double seconds);
}
