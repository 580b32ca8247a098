using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>A broker and the lines to it: at least once, in any order, and sometimes not at all.</summary>
sealed class Network(EventLoop loop, Faults faults, ulong seed)
{
    const int MostTries = 20;

    readonly Dictionary<string, List<Process>> _receivers = [];
    readonly Dictionary<string, List<Delivery>> _waiting = [];
    readonly Dictionary<Type, List<string>> _subscriptions = [];
    readonly Dictionary<string, (DateTimeOffset Until, bool Loses)> _silent = [];
    SplitMix64 _dice = new(seed ^ 0x6e6574776f726b);

    /// <summary>What could not be handled, with the reason.</summary>
    public List<(Delivery Delivery, string Reason)> DeadLetters { get; } = [];

    /// <summary>How many messages are on their way, waiting or being handled.</summary>
    public int Under { get; private set; }

    /// <summary>How many messages were delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>Told of everything that is delivered.</summary>
    public Action<Delivery, Process>? Watch { get; set; }

    /// <summary>Binds a queue to an event.</summary>
    public void Subscribe(string queue, Type type)
    {
        if (!_subscriptions.TryGetValue(type, out var queues))
            _subscriptions[type] = queues = [];
        if (!queues.Contains(queue))
            queues.Add(queue);
    }

    /// <summary>Lets a process receive from a queue.</summary>
    public void Receive(string queue, Process process)
    {
        if (!_receivers.TryGetValue(queue, out var processes))
            _receivers[queue] = processes = [];
        processes.Add(process);
        if (_waiting.Remove(queue, out var waiting))
        {
            foreach (var delivery in waiting)
                Hand(delivery);
        }
    }

    /// <summary>Sends a message to a queue.</summary>
    public void Send(string queue, Message message)
    {
        if (message.MayBeLost && faults.Strikes(Fault.Drop, 10))
            return;
        Deliver(new Delivery(queue, message, 0), Latency());
        if (faults.Strikes(Fault.Duplicate, 15))
            Deliver(new Delivery(queue, message, 0), Latency() + TimeSpan.FromSeconds(_dice.Below(60)));
    }

    /// <summary>A queue delivers nothing for a time, and then everything, or what came after it.</summary>
    public void Silence(string queue, TimeSpan howLong, bool loses) => _silent[queue] = (loop.Now + howLong, loses);

    /// <summary>Publishes a message for whoever listens.</summary>
    public void Publish(Message message)
    {
        foreach (var queue in _subscriptions.GetValueOrDefault(message.Type) ?? [])
            Send(queue, message);
    }

    /// <summary>A process is gone: what it had not acknowledged comes again.</summary>
    public void Gone(Process process, IEnumerable<Delivery> unacknowledged)
    {
        foreach (var processes in _receivers.Values)
            processes.Remove(process);
        foreach (var delivery in unacknowledged)
            Again(delivery);
    }

    /// <summary>A message was not handled, and is to be tried again.</summary>
    public void Again(Delivery delivery, string? reason = null)
    {
        Under--;
        if (reason is not null && delivery.Tries >= MostTries)
            DeadLetters.Add((delivery, reason));
        else
            Deliver(delivery with { Tries = delivery.Tries + 1 }, Latency() + TimeSpan.FromMilliseconds(100 << Math.Min(delivery.Tries, 6)));
    }

    /// <summary>A message can't be handled.</summary>
    public void Reject(Delivery delivery, string reason)
    {
        Under--;
        DeadLetters.Add((delivery, reason));
    }

    /// <summary>A message was handled.</summary>
    public void Acknowledge(Delivery delivery) => Under--;

    TimeSpan Latency() => faults.Strikes(Fault.Delay, 10)
        ? TimeSpan.FromSeconds(1 + _dice.Below(90))
        : TimeSpan.FromMicroseconds(200 + _dice.Below(20_000));

    void Deliver(Delivery delivery, TimeSpan delay)
    {
        Under++;
        loop.After(delay, () => Hand(delivery));
    }

    void Hand(Delivery delivery)
    {
        if (_silent.TryGetValue(delivery.Queue, out var silence) && silence.Until > loop.Now)
        {
            if (silence.Loses && delivery.Message.MayBeLost)
                Under--;
            else
                loop.After(silence.Until - loop.Now, () => Hand(delivery));
            return;
        }

        if (_receivers.GetValueOrDefault(delivery.Queue) is not { Count: > 0 } processes)
        {
            if (!_waiting.TryGetValue(delivery.Queue, out var waiting))
                _waiting[delivery.Queue] = waiting = [];
            waiting.Add(delivery);
            return;
        }

        Delivered++;
        var process = processes[_dice.Below(processes.Count)];
        Watch?.Invoke(delivery, process);
        process.Take(delivery);
    }
}
