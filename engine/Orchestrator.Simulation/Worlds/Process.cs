using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Sending;
using Orchestrator.Simulation.Parties;
using ConnectionException = MassTransit.ConnectionException;

namespace Orchestrator.Simulation.Worlds;

/// <summary>A process, from its start to its death.</summary>
/// <param name="name">Its name, for people.</param>
/// <param name="machine">The machine on which it runs.</param>
/// <param name="loop">The loop on which it runs.</param>
/// <param name="network">The broker.</param>
/// <param name="faults">The faults that may strike it.</param>
/// <param name="defect">The deliberate mistake, if there is one.</param>
/// <param name="seed">The seed of its dice.</param>
/// <param name="died">Called when it dies.</param>
#pragma warning disable CA1001 // End disposes of its fields.
public sealed class Process(
    string name, Machine machine, EventLoop loop, Network network, Faults faults, Defect defect, ulong seed, Action died)
#pragma warning restore CA1001
{
    // Few, because a run has few sagas. So a message that keeps a slot too long is noticed, as with hundreds of slots under load.
    const int SlotsOfAQueue = 3;

    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20), Reconnection = TimeSpan.FromSeconds(2);

    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // A field of the process, so that work that waits for it is collected with the process.
    readonly Task _never = new TaskCompletionSource().Task;
    readonly Dictionary<string, Func<Delivery, Task>> _handlers = [];
    readonly Destinations _destinations = new(machine.Clock, NullLogger<Destinations>.Instance);
    readonly List<Delivery> _unacknowledged = [];
    readonly Dice _dice = new(seed);
    TaskCompletionSource? _frozen;
    bool _isDead, _isConnected = machine.HasBroker;

    /// <summary>Whether it has died.</summary>
    public bool IsDead => _isDead;

    /// <summary>Whether it has a connection to the broker.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Whether it reaches the database.</summary>
    public bool HasDatabase => machine.HasDatabase;

    /// <summary>Why the database does not answer.</summary>
    internal Exception DatabaseAway =>
        machine.IsRefused ? defect.RefusedLogin() : new DatabaseAwayException("the database does not answer");

    /// <summary>Whether nothing keeps it from working.</summary>
    internal bool IsWell => !_isDead && _frozen is null && _isConnected && machine.HasDatabase;

    /// <summary>The clock of its machine.</summary>
    public TimeProvider Clock => machine.Clock;

    /// <summary>The queues that it should receive from.</summary>
    internal IReadOnlyCollection<string> Queues => _handlers.Keys;

    /// <summary>The messages that it has got and not settled.</summary>
    internal IReadOnlyList<Delivery> Held => _unacknowledged;

    /// <inheritdoc />
    public override string ToString() => name;

    /// <summary>Handles the messages of a queue.</summary>
    internal void Handle(string queue, Func<Delivery, Task> handler)
    {
        _handlers[queue] = handler;
        if (_isConnected)
            network.Receive(queue, this);
    }

    /// <summary>Whether it has a free slot for a message of a queue.</summary>
    internal bool HasSlot(string queue) => _unacknowledged.Count(delivery => delivery.Queue == queue) < SlotsOfAQueue;

    /// <summary>A point between two effects. Time passes here, and the process may die. A dead process never continues.</summary>
    public async Task Point(Fault fault, int perMille = 4)
    {
        await Delay(TimeSpan.FromMicroseconds(50 + _dice.Below(3_000)));
        if (!_isDead && faults.Strikes(fault, perMille))
            Die();
        await Awake();
    }

    /// <summary>A point at which the process may freeze for a while.</summary>
    public async Task FreezingPoint(int perMille)
    {
        if (!_isDead && _frozen is null && faults.Strikes(Fault.Freeze, perMille))
        {
            var dice = faults.Dice(Fault.Freeze);
            Freeze(TimeSpan.FromMilliseconds(1_000 + dice.Below(dice.Below(3) == 0 ? 300_000 : 60_000)));
        }

        await Awake();
    }

    /// <summary>Completes after a time. A frozen process continues later, and a dead process never.</summary>
    public async Task Delay(TimeSpan delay)
    {
        if (!_isDead)
            await loop.Delay(delay);
        await Awake();
    }

    /// <summary>Whether a fault other than death strikes here.</summary>
    public bool Meets(Fault fault, int perMille) => faults.Strikes(fault, perMille);

    /// <summary>Handles a message and acknowledges it.</summary>
    internal void Take(Delivery delivery)
    {
        _unacknowledged.Add(delivery);
        _ = loop.Start(() => Work(delivery));
    }

    /// <summary>Sends a message, and returns when the broker has taken it.</summary>
    /// <param name="queue">The queue; null for all subscribers.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="DeferredMessageException">
    /// A queue takes no messages. The handled message frees its slot and comes again.
    /// </exception>
    /// <exception cref="BrokerAwayException">The process has no connection to the broker.</exception>
    /// <exception cref="ConnectionException">The process was frozen longer than it waits for the broker.</exception>
    public async Task Send(string? queue, Message message)
    {
        await Awake();
        if (defect.Is(Defect.HoldTheSlotWhileAQueueIsFull))
        {
            while (!await IsTaken(queue, message))
                await Delay(BetweenTries);
            return;
        }

        await _destinations.Send(queue ?? message.Type.Name, _ => SendOnce(queue, message), CancellationToken.None);
        await Awake();
    }

    /// <summary>Acknowledges a message.</summary>
    internal void Acknowledge(Delivery delivery) => Settle(delivery, () => network.Acknowledge(delivery));

    /// <summary>Connects to the broker again, if the process has no connection and can reach the broker.</summary>
    internal void Connect()
    {
        if (_isDead || _isConnected || _frozen is not null || !machine.HasBroker)
            return;
        _isConnected = true;
        var forgotten = defect.Is(Defect.StayDeafAfterADoubleOutage) && !machine.HasDatabase ? 1 : 0;
        foreach (var queue in _handlers.Keys.Skip(forgotten))
            network.Receive(queue, this);
    }

    /// <summary>Loses the connection to the broker. The broker delivers the unacknowledged messages again.</summary>
    internal void Disconnect()
    {
        if (_isDead || !_isConnected)
            return;
        _isConnected = false;
        LetGo();
    }

    /// <summary>Ends the process.</summary>
    internal void Die()
    {
        if (_isDead)
            return;
        End();
        died();
    }

    /// <summary>Ends the process at the end of the run.</summary>
    internal void End()
    {
        _isDead = true;
        LetGo();
        _destinations.Dispose();
    }

    void LetGo()
    {
        List<Delivery> held = [.. _unacknowledged];
        _unacknowledged.Clear();
        network.Gone(this, held, areForgotten: _frozen is not null && defect.Is(Defect.ForgetTheMessagesOfAFrozenProcess));
    }

    // The broker notices the frozen process after the time of its heartbeats, and closes the connection.
    void Freeze(TimeSpan howLong)
    {
        var frozen = _frozen = new TaskCompletionSource();
        if (howLong > Heartbeat)
            loop.After(Heartbeat, Disconnect);
        loop.After(howLong, () =>
        {
            _frozen = null;
            frozen.SetResult();
            if (!_isConnected && defect.Is(Defect.ForgetTheMessagesOfAFrozenProcess))
                Die();
            loop.After(Reconnection, Connect);
        });
    }

    async Task Awake()
    {
        while (_frozen is { } frozen)
            await frozen.Task;
        if (_isDead)
            await _never;
    }

    async Task<bool> IsTaken(string? queue, Message message)
    {
        await Awake();
        if (!defect.Is(Defect.GiveUpWhileTheBrokerIsAlarmed))
            await AlarmOver();
        if (!_isConnected)
            throw new BrokerAwayException();
        return network.IsAlarmed || network.Offer(queue, message);
    }

    // No message can be deferred during an alarm, because the redelivery queues take no messages either.
    async Task AlarmOver()
    {
        if (!network.IsAlarmed)
            return;
        _destinations.BeginAlarm();
        while (_isConnected && network.IsAlarmed)
            await Delay(TimeSpan.FromSeconds(1));
        _destinations.EndAlarm();
    }

    async Task SendOnce(string? queue, Message message)
    {
        if (await IsTaken(queue, message))
            return;
        var refusal = new InvalidOperationException("a queue is full, or there is none");
        SendTry.Current!.Refuse(refusal.Message, refusal);
        throw refusal;
    }

    async Task Work(Delivery delivery)
    {
        await Awake();
        try
        {
            CheckOrigin(delivery);
            await _handlers[delivery.Queue](delivery);
            await Point(Fault.CrashBeforeAcknowledgement);
            await FreezingPoint(1);
            Acknowledge(delivery);
        }
        catch (Exception e) when (e is NewerDefinitionException or RemovedStepException)
        {
            await Awake();
            // As in the product, the message waits without limit for a replica that knows the definition.
            Settle(delivery, () => network.AwaitAnotherReplica(delivery));
        }
        catch (DeferredMessageException)
        {
            await AlarmOver();
            await Awake();
            Settle(delivery, () => network.Defer(delivery));
        }
        catch (Exception e) when (e is RejectedMessageException or JsonException)
        {
            await Awake();
            Settle(delivery, () => network.Reject(delivery, e.Message, isForeign: e is ForeignMessageException));
        }
#pragma warning disable CA1031 // After any exception the broker delivers the message again, and finally sets it aside.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Awake();
            Settle(delivery, () => network.Again(delivery, e.ToString()));
        }
    }

    // An event's exchange carries that event and nothing else.
    static void CheckOrigin(Delivery delivery)
    {
        if (delivery.By is { } exchange && exchange != delivery.Message.Type)
            throw new ForeignMessageException(
                $"the message came by the exchange {exchange.Name}, and says that it is {delivery.Message.Type.Name}");
    }

    void Settle(Delivery delivery, Action tell)
    {
        var place = _unacknowledged.FindIndex(held => ReferenceEquals(held, delivery));
        if (_isDead || place < 0)
            return;
        _unacknowledged.RemoveAt(place);
        tell();
        network.HasSlot(delivery.Queue);
    }
}
