namespace Orchestrator.MassTransit.Sending;

/// <summary>One try to send a message. The observers of the transport note here what happens to the message.</summary>
/// <remarks>
/// MassTransit sends a refused message again by itself, with pauses of seconds, and does not tell the sender. So the transport's observers
/// write into the current try of their asynchronous flow, and a refusal ends that try at once.
/// </remarks>
public sealed class SendTry : IDisposable
{
    // A working broker answers within this time. Without an answer the message is given up only if other messages were confirmed meanwhile.
    static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    // The limit for opening a channel.
    static readonly TimeSpan LongestForTheConnection = TimeSpan.FromSeconds(15);
    // The limit when the broker confirms nothing at all. Within this time the client notices a broken connection, because it misses two or
    // three heartbeats of seven seconds.
    static readonly TimeSpan LongestForTheReceiver = TimeSpan.FromSeconds(30);

    static readonly AsyncLocal<SendTry?> Present = new();

    readonly Lock _gate = new();
    readonly Destinations _destinations;
    readonly Destination _receiver;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _stop, _leave;
    readonly ITimer _timer;
    readonly TimeSpan _lastTry;
    long _began;
    long? _handedOver;
    bool _isLeft;

    internal SendTry(Destinations destinations, Destination receiver, TimeProvider time, TimeSpan lastTry)
    {
        (_destinations, _receiver, _time, _lastTry) = (destinations, receiver, time, lastTry);
        _stop = new CancellationTokenSource();
        _leave = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((SendTry)state!).Watch(), this, Look, Look);
        Present.Value = this;
    }

    /// <summary>The try that this asynchronous flow makes, or null outside a try.</summary>
    public static SendTry? Current => Present.Value;

    /// <summary>The queue or the event's exchange that the message is for.</summary>
    public string Receiver => _receiver.Name;

    /// <summary>Ends the sending.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>Ends the waiting for the sending.</summary>
    internal CancellationToken Leave => _leave.Token;

    internal Refusal? Refusal { get; private set; }

    /// <summary>Whether nobody waits for it any more while the sending continues. A late confirm shows that the receiver works.</summary>
    internal bool IsLeft
    {
        get
        {
            lock (_gate)
                return _isLeft;
        }
    }

    /// <summary>
    /// Notes that the message goes out over an open channel. From now on the try waits for the receiver, not for the connection.
    /// </summary>
    public void HandOver()
    {
        lock (_gate)
            _handedOver = _time.GetTimestamp();
    }

    /// <summary>Notes that the channel or the connection is closed. This says nothing about the receiver.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            _handedOver = null;
            if (!_isLeft)
                return;
        }

        // Nobody waits for the message, so MassTransit must not send it again.
        Cancel();
    }

    /// <summary>Notes that the broker says that the receiver does not take the message.</summary>
    /// <param name="reason">The reason, as a sentence without a full stop.</param>
    /// <param name="cause">The exception with the broker's answer.</param>
    /// <param name="isForbidden">Whether this process may not send there.</param>
    public void Refuse(string reason, Exception cause, bool isForbidden = false) =>
        End(new Refusal(reason, _time.GetTimestamp(), cause, isForbidden));

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        // A source that is disposed of while it is being cancelled does not run its callbacks. Then the client, which holds a lock while it
        // waits, would never learn of the cancellation.
        if (!_stop.IsCancellationRequested)
            _stop.Dispose();
        if (!_leave.IsCancellationRequested)
            _leave.Dispose();
    }

    // The handling of the message that caused this one is cancelled.
    internal void GiveUp()
    {
        if (_lastTry > TimeSpan.Zero)
            _leave.CancelAfter(_lastTry);
        else
            Cancel();
    }

    void Watch()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_destinations.IsBrokerFull)
            {
                // The broker takes no messages from any client, and will take this one when its alarm is over. A second copy is useless.
                _began = now;
                _handedOver = _handedOver is null ? null : now;
                return;
            }

            if (_isLeft)
                return;
            if (_handedOver is { } sent && _receiver.TookSince(sent))
            {
                // The receiver confirms messages, even if slowly, and will confirm this one.
                (_began, _handedOver) = (now, now);
                return;
            }

            var waited = _time.GetElapsedTime(_began, now);
            var isReceiver = _handedOver is { } at
                && (waited >= LongestForTheReceiver || (_time.GetElapsedTime(at, now) >= Look && _destinations.TookSince(at)));
            if (isReceiver && Refusal is null)
            {
                Refusal = new Refusal("the broker does not confirm what is sent there", _handedOver!.Value, null);
                _isLeft = !_destinations.IsClosing;
            }
            else if (waited < (_handedOver is null ? LongestForTheConnection : LongestForTheReceiver))
            {
                return;
            }
        }

        Cancel(goesOn: IsLeft);
    }

    void End(Refusal refusal)
    {
        lock (_gate)
            Refusal ??= refusal;
        Cancel();
    }

    /// <summary>Ends the waiting, and also the sending unless <paramref name="goesOn"/>.</summary>
    /// <param name="goesOn">Whether the sending continues.</param>
    internal void Cancel(bool goesOn = false)
    {
        try
        {
            if (!goesOn)
                _stop.Cancel();
            _leave.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The try has ended meanwhile.
        }
    }
}
