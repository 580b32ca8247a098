using Orchestrator.MassTransit.Broker;
using Orchestrator.Simulation.Parties;

namespace Orchestrator.Simulation.Worlds;

/// <summary>A broker and the lines to it: at least once, in any order, and sometimes not at all.</summary>
public sealed class Network(EventLoop loop, Faults faults, Defect defect, ulong seed)
{
    const int MostTries = 20, MostRedeliveries = 3;

    // A deferred message waits for the first of these, and from then on for the second; one for another replica goes through all.
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

    /// <summary>What could not be handled, with the reason.</summary>
    public List<SetAside> DeadLetters { get; } = [];

    /// <summary>How many messages are on their way, waiting or being handled.</summary>
    internal int Under { get; private set; }

    /// <summary>Those of them that were not handled and come again later.</summary>
    internal IReadOnlyCollection<Delivery> Later => _later;

    /// <summary>How many of them wait in queues that deliver nothing.</summary>
    internal int Silenced { get; private set; }

    /// <summary>How many messages were delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>Told of everything that is delivered.</summary>
    internal Action<Delivery, Process>? Watch { get; set; }

    /// <summary>Whether the broker takes nothing from anybody.</summary>
    public bool IsAlarmed => _alarmedUntil > loop.Now;

    /// <summary>The bindings that there should be.</summary>
    public IReadOnlyList<(Type Event, string Queue)> Bindings =>
        [.. _subscriptions.SelectMany(event_ => event_.Value.Select(queue => (event_.Key, queue)))];

    /// <summary>What waits in queues until a process has room for it.</summary>
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

    /// <summary>Loses a binding, until somebody who receives from the queue looks after it.</summary>
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

    /// <summary>Some process may take one more message of a queue.</summary>
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
    /// <param name="queue">Where to; to all that listen when absent.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether all of it was taken: not by a queue that is full, and an event comes back if its last binding is gone.</returns>
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

    /// <summary>Somebody who may publish an event gives another message to a queue by that event's exchange.</summary>
    internal void Forge(string queue, Type by, Message message) => Deliver(new Delivery(queue, message, 0) { By = by }, Latency());

    /// <summary>Operators send all dead letters back to their queues, by those queues' own exchanges.</summary>
    internal void Redrive()
    {
        List<SetAside> sent = [.. DeadLetters.Where(dead => !dead.IsForeign || defect.Is(Defect.RedriveWhatWasForged))];
        DeadLetters.RemoveAll(sent.Contains);
        foreach (var dead in sent)
            Deliver(new Delivery(dead.Delivery.Queue, dead.Delivery.Message, Tries: 1), Latency());
    }

    /// <summary>Somebody outside gives a message to the broker, again and again until each receiver has taken it.</summary>
    /// <param name="queue">Where to; to all that listen when absent.</param>
    /// <param name="message">The message.</param>
    /// <param name="isDue">Whether the time for it has come; at once when absent.</param>
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

    /// <summary>A queue delivers nothing for a time, or nothing of a few sagas, and then everything, or what came after it.</summary>
    public void Silence(string queue, TimeSpan howLong, bool loses, IReadOnlyList<Guid>? only = null) =>
        _silent[queue] = (loop.Now + howLong, loses, only);

    /// <summary>A queue takes nothing for a time.</summary>
    public void Fill(string queue, TimeSpan howLong) => _full[queue] = loop.Now + howLong;

    /// <summary>No queue takes anything for a time.</summary>
    public void Alarm(TimeSpan howLong) => _alarmedUntil = loop.Now + howLong;

    /// <summary>A process is gone, or its connection: what it had not acknowledged comes again.</summary>
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

    /// <summary>A message was not handled, and is to be tried again.</summary>
    internal void Again(Delivery delivery, string? reason = null)
    {
        if (reason is not null && delivery.Tries >= MostTries)
            Reject(delivery, reason);
        else
            Return(delivery with { Tries = delivery.Tries + 1 }, Latency() + TimeSpan.FromMilliseconds(100 << Math.Min(delivery.Tries, 6)));
    }

    /// <summary>A message waits for a replica that knows more.</summary>
    internal void AwaitAnotherReplica(Delivery delivery) =>
        Return(delivery with { Tries = delivery.Tries + 1 }, Waits[Math.Min(delivery.Tries, Waits.Count - 1)]);

    /// <summary>A message waits elsewhere for what it needs, which is no failed try.</summary>
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

    /// <summary>A message can't be handled.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="reason">Why.</param>
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
