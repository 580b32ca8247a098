using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Sending;

/// <summary>
/// Sends messages and knows which receivers take none. One that is full, missing or without a quorum holds up only the messages that it
/// concerns: they leave their places to others after a few seconds, or at once when it is known that it takes nothing.
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

    /// <summary>One for the whole process.</summary>
    /// <param name="time">The process's clock.</param>
    /// <param name="logger">Told which receivers take nothing, every few seconds.</param>
    public Destinations(TimeProvider time, ILogger<Destinations> logger)
    {
        (_time, _logger, _taken) = (time, logger, time.GetTimestamp());
        _meter.CreateObservableGauge(
            "orchestrator.destination.blocked", Measure, "s",
            "For how long a queue or an event's exchange has taken no message of this host; nothing while it takes them");
    }

    /// <summary>
    /// Whether an alarm (of memory, of the disk) keeps the broker from taking anything. Nothing is put off then: it could not be put
    /// anywhere.
    /// </summary>
    public bool IsBrokerFull => Volatile.Read(ref _alarms) > 0;

    /// <summary>
    /// The size of the largest message that the broker takes, in bytes. Unknown until it has refused one: a client can't ask for it.
    /// </summary>
    public long? LargestMessage { get; set; }

    /// <summary>The receivers whose messages are put off, each with the reason.</summary>
    public IReadOnlyList<string> Blocked =>
    [
        .. from receiver in _all.Values
           let blocked = receiver.Blocked
           where blocked is not null
           orderby receiver.Name
           select $"{receiver.Name} ({blocked.Reason})",
    ];

    /// <summary>The broker says on a connection that it takes nothing.</summary>
    public void BeginAlarm() => Interlocked.Increment(ref _alarms);

    /// <summary>The broker takes messages again, or the connection is gone.</summary>
    public void EndAlarm() => Interlocked.Decrement(ref _alarms);

    /// <summary>The host stops: what nobody waits for is not to be waited for.</summary>
    public void Close()
    {
        IsClosing = true;
        foreach (var attempt in _abandoned.Keys)
            attempt.Cancel();
    }

    /// <summary>
    /// The connection is gone: what the broker has not confirmed over it will never be confirmed, and the next connection may lead to a
    /// broker at which every receiver is well.
    /// </summary>
    public void LoseConnection()
    {
        LargestMessage = null;
        foreach (var attempt in _abandoned.Keys)
            attempt.Cancel();
        foreach (var receiver in _all.Values)
            receiver.Forget();
    }

    /// <summary>Sends a message; returns when the broker has confirmed it.</summary>
    /// <param name="destination">The queue or the event's exchange.</param>
    /// <param name="send">Sends it once.</param>
    /// <param name="cancellationToken">Ends the trying.</param>
    /// <param name="lastTry">How long what is under way may go on after that.</param>
    /// <param name="lane">Names all that goes over one channel to what may be one queue; unless given, all that has the same
    /// destination.</param>
    /// <exception cref="DeferredMessageException">The receiver takes nothing although the broker is there.</exception>
    /// <exception cref="MessageTooLargeException">The broker never takes it.</exception>
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
                // It may have become known meanwhile that it takes nothing.
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
    /// Ends the measuring. What is still under way is sent: a service that is disposed of before the bus must not hold up the bus's stop.
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
#pragma warning disable CA1031 // The refusal says all that is known.
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
            // The next connection may lead to a broker at which the receiver is well.
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

    // Once the broker confirms it, its receiver is well: so nobody has to try, and each try would be one more that the broker has not
    // confirmed.
    async Task Abandon(Destination receiver, Lane lane, SendTry attempt, Task sending)
    {
        receiver.Abandon();
        lane.Keep();
        _abandoned[attempt] = receiver;
        if (IsClosing)
            attempt.Cancel();
        try
        {
            // It may never end by itself: when a connection breaks, some of those that wait for a confirm are never told.
            await sending.WaitAsync(attempt.Stop);
            Took(receiver);
        }
#pragma warning disable CA1031 // It is known to have failed, and its message comes again.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Its channel is gone, and so is what the broker has not confirmed.
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
        "{Receiver} has taken no message for {Seconds:F0} s ({Reason}): {Count} that are for it were put off and come again, everything "
            + "else goes on")]
    partial void LogTakesNothing(string receiver, double seconds, string reason, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Receiver} takes messages again, after {Seconds:F0} s")]
    partial void LogTakesAgain(string receiver, double seconds);
}
