using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Sending;
using Orchestrator.Simulation.Parties;
using ConnectionException = MassTransit.ConnectionException;

namespace Orchestrator.Simulation.Worlds;

/// <summary>One life of a process, from its start to its death.</summary>
/// <param name="name">Its name, for people.</param>
/// <param name="machine">Where it runs.</param>
/// <param name="loop">Its thread.</param>
/// <param name="network">What it is connected to.</param>
/// <param name="faults">What may kill it.</param>
/// <param name="defect">The deliberate mistake, if there is one.</param>
/// <param name="seed">Of its dice.</param>
/// <param name="died">Told of its death.</param>
#pragma warning disable CA1001 // Its end, which the run brings about, disposes of what it holds.
public sealed class Process(
    string name, Machine machine, EventLoop loop, Network network, Faults faults, Defect defect, ulong seed, Action died)
#pragma warning restore CA1001
{
    // A handful, as there are a handful of instances: what keeps one of them too long is seen, as it is with hundreds under load.
    const int SlotsOfAQueue = 3;

    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20), Reconnection = TimeSpan.FromSeconds(2);

    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // Of this process, so that what waits for it goes with it.
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

    /// <summary>The queues that it receives from, or should.</summary>
    internal IReadOnlyCollection<string> Queues => _handlers.Keys;

    /// <summary>What it was given and has not settled.</summary>
    internal IReadOnlyList<Delivery> Held => _unacknowledged;

    /// <inheritdoc />
    public override string ToString() => name;

    /// <summary>Handles what comes to a queue.</summary>
    internal void Handle(string queue, Func<Delivery, Task> handler)
    {
        _handlers[queue] = handler;
        if (_isConnected)
            network.Receive(queue, this);
    }

    /// <summary>Whether it takes one more message of a queue.</summary>
    internal bool HasSlot(string queue) => _unacknowledged.Count(delivery => delivery.Queue == queue) < SlotsOfAQueue;

    /// <summary>A point between two effects, at which time passes and the process may die; then nothing follows it.</summary>
    public async Task Point(Fault fault, int perMille = 4)
    {
        await Delay(TimeSpan.FromMicroseconds(50 + _dice.Below(3_000)));
        if (!_isDead && faults.Strikes(fault, perMille))
            Die();
        await Awake();
    }

    /// <summary>A point at which the process may stop for a while.</summary>
    public async Task FreezingPoint(int perMille)
    {
        if (!_isDead && _frozen is null && faults.Strikes(Fault.Freeze, perMille))
        {
            var dice = faults.Dice(Fault.Freeze);
            Freeze(TimeSpan.FromMilliseconds(1_000 + dice.Below(dice.Below(3) == 0 ? 300_000 : 60_000)));
        }

        await Awake();
    }

    /// <summary>Completes after a time, unless the process is frozen or dead then.</summary>
    public async Task Delay(TimeSpan delay)
    {
        if (!_isDead)
            await loop.Delay(delay);
        await Awake();
    }

    /// <summary>Whether something other than death goes wrong here.</summary>
    public bool Meets(Fault fault, int perMille) => faults.Strikes(fault, perMille);

    /// <summary>Handles a message and acknowledges it.</summary>
    internal void Take(Delivery delivery)
    {
        _unacknowledged.Add(delivery);
        _ = loop.Start(() => Work(delivery));
    }

    /// <summary>Sends a message, and returns when the broker has taken it.</summary>
    /// <param name="queue">Where to; to all that listen when absent.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="DeferredMessageException">A queue takes nothing: the message that is being handled leaves its slot and comes
    /// again.</exception>
    /// <exception cref="BrokerAwayException">The connection is gone.</exception>
    /// <exception cref="ConnectionException">The process was frozen for longer than it waits for the broker.</exception>
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

    /// <summary>A message need not come again.</summary>
    internal void Acknowledge(Delivery delivery) => Settle(delivery, () => network.Acknowledge(delivery));

    /// <summary>Takes up the connection to the broker again, if it has none and may.</summary>
    internal void Connect()
    {
        if (_isDead || _isConnected || _frozen is not null || !machine.HasBroker)
            return;
        _isConnected = true;
        var forgotten = defect.Is(Defect.StayDeafAfterADoubleOutage) && !machine.HasDatabase ? 1 : 0;
        foreach (var queue in _handlers.Keys.Skip(forgotten))
            network.Receive(queue, this);
    }

    /// <summary>The connection to the broker is gone, and the broker gives to others what it had brought.</summary>
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

    /// <summary>Ends the process with the run.</summary>
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

    // The broker notices after a while, as it notices a connection that is open on one side only.
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

    // Nothing can be deferred meanwhile either, for want of a place where it could wait.
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
            // As in the product: it waits for a replica that knows the definition, however long that takes.
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
#pragma warning disable CA1031 // Whatever a handler throws, the broker delivers the message again, and in the end puts it aside.
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
