namespace Orchestrator.MassTransit.Sending;

/// <summary>One try to send a message. Whoever watches the transport says in it what becomes of the message.</summary>
/// <remarks>
/// MassTransit itself sends again what the broker has refused, with pauses of seconds, and does not tell the sender. So the
/// transport's observers write into the try that is under way in their flow of control, and a refusal ends it at once.
/// </remarks>
public sealed class SendTry : IDisposable
{
    // By then a broker that works has answered. Without an answer the message is given up only if others were answered meanwhile.
    static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    // To come to an open channel.
    static readonly TimeSpan LongestForTheConnection = TimeSpan.FromSeconds(15);
    // Without any answer at all. By then the client has noticed a connection that is gone: it says so after three heartbeats of seven
    // seconds.
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

    /// <summary>The try that is under way; none where nobody asked for one.</summary>
    public static SendTry? Current => Present.Value;

    /// <summary>The queue or the event's exchange that it is for.</summary>
    public string Receiver => _receiver.Name;

    /// <summary>Ends the sending.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>Ends the waiting for it.</summary>
    internal CancellationToken Leave => _leave.Token;

    internal Refusal? Refusal { get; private set; }

    /// <summary>
    /// Whether it is not waited for any more, but goes on: the broker may still confirm it, which tells that the receiver is well.
    /// </summary>
    internal bool IsLeft
    {
        get
        {
            lock (_gate)
                return _isLeft;
        }
    }

    /// <summary>The message goes out over an open channel: from now on its receiver is waited for, not the connection.</summary>
    public void HandOver()
    {
        lock (_gate)
            _handedOver = _time.GetTimestamp();
    }

    /// <summary>The channel or the connection is gone; that says nothing of the receiver.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            _handedOver = null;
            if (!_isLeft)
                return;
        }

        // Nobody wants it to be sent again.
        Cancel();
    }

    /// <summary>The broker says that the receiver does not take it.</summary>
    /// <param name="reason">Why, as a sentence without a full stop.</param>
    /// <param name="cause">What the broker said.</param>
    /// <param name="isForbidden">Whether this process may not send there.</param>
    public void Refuse(string reason, Exception cause, bool isForbidden = false) =>
        End(new Refusal(reason, _time.GetTimestamp(), cause, isForbidden));

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        // Disposed of while it is being cancelled, it would forget to tell the client, which holds a lock as it waits.
        if (!_stop.IsCancellationRequested)
            _stop.Dispose();
        if (!_leave.IsCancellationRequested)
            _leave.Dispose();
    }

    // The message that caused this one is taken away.
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
                // The broker takes nothing from anybody, and will take this very message when its alarm is over: a second copy is of no
                // use.
                _began = now;
                _handedOver = _handedOver is null ? null : now;
                return;
            }

            if (_isLeft)
                return;
            if (_handedOver is { } sent && _receiver.TookSince(sent))
            {
                // It confirms one after the other, however slowly, and this one is among them.
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

    /// <summary>Ends the waiting, and the sending too.</summary>
    /// <param name="goesOn">Whether the sending goes on.</param>
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
            // It has ended meanwhile.
        }
    }
}
