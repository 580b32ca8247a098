using Orchestrator.MassTransit.Broker;
using Orchestrator.Simulation.Parties;

namespace Orchestrator.Simulation.Worlds;

/// <summary>A broker and the lines to it. Messages come once or more, in any order, and sometimes not at all.</summary>
public sealed class Network(EventLoop loop, Faults faults, Defect defect, ulong seed)
{
    const int MostTries = 20, MostRedeliveries = 3;

    // A deferred message waits for the first time, and then again and again for the second. A message for another replica goes through all
    // of them.
    static readonly IReadOnlyList<TimeSpan> Waits = BrokerOptions.DefaultRedelivery;
    static readonly TimeSpan BetweenTopologyChecks = TimeSpan.FromSeconds(30), BetweenTries = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, List<Process>> _receivers = [];
    readonly Dictionary<string, LinkedList<Delivery>> _waiting = [];
    readonly Dictionary<Type, List<string>> _subscriptions = [];
    readonly HashSet<(Type, string)> _lostBindings = [];
    readonly Dictionary<string, (DateTimeOffset Until, bool Loses, IReadOnlyList<Guid>? Only)> _silent = [];
    readonly HashSet<Delivery> _later = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, DateTimeOffset> _full = [];
    readonly Dice _dice = new(seed ^ 0x6e6574776f726b);
    DateTimeOffset _alarmedUntil;

    /// <summary>The messages that were set aside, with the reasons.</summary>
    public List<SetAside> DeadLetters { get; } = [];

    /// <summary>How many messages are on their way, in a queue or being handled.</summary>
    internal int Under { get; private set; }

    /// <summary>Those of them that failed or were deferred and come again later.</summary>
    internal IReadOnlyCollection<Delivery> Later => _later;

    /// <summary>How many of them wait in queues that deliver no messages.</summary>
    internal int Silenced { get; private set; }

    /// <summary>How many messages were delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>Gets each delivery.</summary>
    internal Action<Delivery, Process>? Watch { get; set; }

    /// <summary>Whether an alarm keeps the broker from taking messages.</summary>
    public bool IsAlarmed => _alarmedUntil > loop.Now;

    /// <summary>The bindings that should exist.</summary>
    public IReadOnlyList<(Type Event, string Queue)> Bindings =>
        [.. _subscriptions.SelectMany(event_ => event_.Value.Select(queue => (event_.Key, queue)))];

    /// <summary>The messages that wait in queues for a process with a free slot.</summary>
    internal IEnumerable<Delivery> Waiting => _waiting.Values.SelectMany(waiting => waiting);

    /// <summary>Binds a queue to an event.</summary>
    public void Subscribe(string queue, Type type)
    {
        if (!_subscriptions.TryGetValue(type, out var queues))
            _subscriptions[type] = queues = [];
        if (!queues.Contains(queue))
            queues.Add(queue);
        _lostBindings.Remove((type, queue));
    }

    /// <summary>Loses a binding, until a process that receives from the queue repairs it.</summary>
    internal void Unbind(string queue, Type type)
    {
        _lostBindings.Add((type, queue));
        loop.After(BetweenTopologyChecks, Check);

        void Check()
        {
            if (Receivers(queue).Any(process => process.IsWell))
                Subscribe(queue, type);
            else if (_lostBindings.Contains((type, queue)))
                loop.After(BetweenTopologyChecks, Check);
        }
    }

    /// <summary>Lets a process receive from a queue.</summary>
    internal void Receive(string queue, Process process)
    {
        if (!_receivers.TryGetValue(queue, out var processes))
            _receivers[queue] = processes = [];
        processes.Add(process);
        HasSlot(queue);
    }

    /// <summary>The processes that receive from a queue.</summary>
    internal IReadOnlyList<Process> Receivers(string queue) => _receivers.GetValueOrDefault(queue) ?? [];

    /// <summary>Delivers waiting messages of a queue while a process has a free slot.</summary>
    internal void HasSlot(string queue)
    {
        while (_waiting.TryGetValue(queue, out var waiting) && waiting.First is { } first
            && Receivers(queue).Any(process => process.HasSlot(queue)))
        {
            waiting.RemoveFirst();
            Hand(first.Value);
        }
    }

    /// <summary>Gives a message to the broker.</summary>
    /// <param name="queue">The queue; null for all subscribers.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether all queues have taken it. False when a queue is full, or when an event has lost its last binding.</returns>
    internal bool Offer(string? queue, Message message)
    {
        List<string> subscribed = queue is null ? Subscribers(message.Type) : [queue];
        List<string> bound = [.. subscribed.Where(subscriber => !_lostBindings.Contains((message.Type, subscriber)))];
        if (bound.Count == 0 && subscribed.Count > 0)
            return defect.Is(Defect.PublishIntoALostBinding);
        foreach (var taker in bound.Where(taker => !IsFull(taker)))
            Send(taker, message);
        return !bound.Exists(IsFull);
    }

    /// <summary>
    /// Sends a forged message: its sender may only publish an event, and sends it to a queue through that event's exchange.
    /// </summary>
    internal void Forge(string queue, Type by, Message message) => Deliver(new Delivery(queue, message, 0) { By = by }, Latency());

    /// <summary>Redrives all dead letters, through the own exchanges of their queues.</summary>
    internal void Redrive()
    {
        List<SetAside> sent = [.. DeadLetters.Where(dead => !dead.IsForeign || defect.Is(Defect.RedriveWhatWasForged))];
        DeadLetters.RemoveAll(sent.Contains);
        foreach (var dead in sent)
            Deliver(new Delivery(dead.Delivery.Queue, dead.Delivery.Message, Tries: 1), Latency());
    }

    /// <summary>Sends a message from outside, again and again until each receiver has taken it.</summary>
    /// <param name="queue">The queue; null for all subscribers.</param>
    /// <param name="message">The message.</param>
    /// <param name="isDue">Whether it may be sent now; null for at once.</param>
    public void Insist(string? queue, Message message, Func<bool>? isDue = null)
    {
        foreach (var receiver in queue is null ? [.. Subscribers(message.Type)] : new[] { queue })
        {
            Under++;
            Try(receiver);
        }

        void Try(string receiver)
        {
            if (IsAlarmed || IsFull(receiver) || (queue is null && _lostBindings.Contains((message.Type, receiver)))
                || isDue?.Invoke() == false)
            {
                loop.After(BetweenTries, () => Try(receiver));
                return;
            }

            Under--;
            Send(receiver, message);
        }
    }

    /// <summary>
    /// A queue delivers no messages for a time, or none of a few sagas. Afterwards it delivers all of them, or has lost them.
    /// </summary>
    public void Silence(string queue, TimeSpan howLong, bool loses, IReadOnlyList<Guid>? only = null) =>
        _silent[queue] = (loop.Now + howLong, loses, only);

    /// <summary>A queue takes no messages for a time.</summary>
    public void Fill(string queue, TimeSpan howLong) => _full[queue] = loop.Now + howLong;

    /// <summary>No queue takes messages for a time.</summary>
    public void Alarm(TimeSpan howLong) => _alarmedUntil = loop.Now + howLong;

    /// <summary>A process or its connection has ended. The messages that it had not acknowledged come again.</summary>
    internal void Gone(Process process, IReadOnlyList<Delivery> unacknowledged, bool areForgotten)
    {
        foreach (var processes in _receivers.Values)
            processes.Remove(process);
        if (areForgotten)
            Under -= unacknowledged.Count;
        else
        {
            foreach (var delivery in unacknowledged)
                Again(delivery);
        }
    }

    /// <summary>A message failed, and is tried again.</summary>
    internal void Again(Delivery delivery, string? reason = null)
    {
        if (reason is not null && delivery.Tries >= MostTries)
            Reject(delivery, reason);
        else
            Return(delivery with { Tries = delivery.Tries + 1 }, Latency() + TimeSpan.FromMilliseconds(100 << Math.Min(delivery.Tries, 6)));
    }

    /// <summary>A message waits for a replica that can handle it.</summary>
    internal void AwaitAnotherReplica(Delivery delivery) =>
        Return(delivery with { Tries = delivery.Tries + 1 }, Waits[Math.Min(delivery.Tries, Waits.Count - 1)]);

    /// <summary>A message is deferred, which is no failed try.</summary>
    internal void Defer(Delivery delivery)
    {
        var wait = Waits[Math.Min(delivery.Deferrals, 1)];
        if (defect.Is(Defect.ForgetThatADeferredMessageComesAgain))
            Return(new Delivery(delivery.Queue, delivery.Message, 0), wait);
        else if (!defect.Is(Defect.CountADeferralAsAnAttempt))
            Return(delivery with { Deferrals = delivery.Deferrals + 1 }, wait);
        else if (delivery.Tries >= MostRedeliveries)
            Reject(delivery, "it was deferred too often");
        else
            Return(delivery with { Tries = delivery.Tries + 1, Deferrals = delivery.Deferrals + 1 }, wait);
    }

    /// <summary>A message is set aside.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="isForeign">Whether its sender may not send it.</param>
    internal void Reject(Delivery delivery, string reason, bool isForeign = false)
    {
        Under--;
        DeadLetters.Add(new SetAside(delivery, reason, isForeign));
    }

    /// <summary>A message was handled.</summary>
    internal void Acknowledge(Delivery delivery) => Under--;

    void Send(string queue, Message message)
    {
        if (message.MayBeLost && faults.Strikes(Fault.Drop, 10))
            return;
        Deliver(new Delivery(queue, message, 0), Latency());
        if (faults.Strikes(Fault.Duplicate, 15))
            Deliver(new Delivery(queue, message, 0), Latency() + TimeSpan.FromSeconds(_dice.Below(60)));
    }

    List<string> Subscribers(Type type) => _subscriptions.GetValueOrDefault(type) ?? [];

    bool IsFull(string queue) => _full.TryGetValue(queue, out var until) && until > loop.Now;

    TimeSpan Latency() => faults.Strikes(Fault.Delay, 10)
        ? TimeSpan.FromSeconds(1 + _dice.Below(90))
        : TimeSpan.FromMicroseconds(200 + _dice.Below(20_000));

    void Return(Delivery delivery, TimeSpan delay)
    {
        Under--;
        _later.Add(delivery);
        Deliver(delivery, delay);
    }

    void Deliver(Delivery delivery, TimeSpan delay)
    {
        Under++;
        loop.After(delay, () => Hand(delivery));
    }

    void Hand(Delivery delivery)
    {
        _later.Remove(delivery);
        if (_silent.TryGetValue(delivery.Queue, out var silence) && silence.Until > loop.Now
            && (silence.Only is null || silence.Only.Contains(delivery.Message.Read().SagaId)))
        {
            if (silence.Loses && delivery.Message.MayBeLost)
            {
                Under--;
                return;
            }

            Silenced++;
            loop.After(silence.Until - loop.Now, () =>
            {
                Silenced--;
                Hand(delivery);
            });
            return;
        }

        List<Process> free = [.. Receivers(delivery.Queue).Where(process => process.HasSlot(delivery.Queue))];
        if (free.Count == 0)
        {
            if (!_waiting.TryGetValue(delivery.Queue, out var waiting))
                _waiting[delivery.Queue] = waiting = [];
            waiting.AddLast(delivery);
            return;
        }

        Delivered++;
        var process = free[_dice.Below(free.Count)];
        Watch?.Invoke(delivery, process);
        process.Take(delivery);
    }
}
