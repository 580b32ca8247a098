using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>One life of a process, from its start to its death.</summary>
/// <param name="name">Its name, for people.</param>
/// <param name="loop">Its thread.</param>
/// <param name="network">What it is connected to.</param>
/// <param name="faults">What may kill it.</param>
/// <param name="seed">Of its dice.</param>
/// <param name="died">Told of its death.</param>
sealed class Process(string name, EventLoop loop, Network network, Faults faults, ulong seed, Action died)
{
    // Of this process, so that what waits for it goes with it.
    readonly Task _never = new TaskCompletionSource().Task;
    readonly Dictionary<string, Func<Delivery, Task>> _handlers = [];
    readonly List<Delivery> _unacknowledged = [];
    SplitMix64 _dice = new(seed);
    bool _isDead;

    /// <summary>Whether it has died.</summary>
    public bool IsDead => _isDead;

    /// <inheritdoc />
    public override string ToString() => name;

    /// <summary>Handles what comes to a queue.</summary>
    public void Handle(string queue, Func<Delivery, Task> handler)
    {
        _handlers[queue] = handler;
        network.Receive(queue, this);
    }

    /// <summary>A point between two effects, at which time passes and the process may die; then nothing follows it.</summary>
    public async Task Point(Fault fault, int perMille = 4)
    {
        if (!_isDead)
            await loop.Delay(TimeSpan.FromMicroseconds(50 + _dice.Below(3_000)));
        if (!_isDead && faults.Strikes(fault, perMille))
            Die();
        if (_isDead)
            await _never;
    }

    /// <summary>Whether something other than death goes wrong here.</summary>
    public bool Meets(Fault fault, int perMille) => faults.Strikes(fault, perMille);

    /// <summary>Handles a message and acknowledges it.</summary>
    public void Take(Delivery delivery)
    {
        _unacknowledged.Add(delivery);
        _ = loop.Start(() => Work(delivery));
    }

    /// <summary>A message need not come again.</summary>
    public void Acknowledge(Delivery delivery) => Settle(delivery, () => network.Acknowledge(delivery));

    async Task Work(Delivery delivery)
    {
        try
        {
            await _handlers[delivery.Queue](delivery);
            await Point(Fault.CrashBeforeAcknowledgement);
            Acknowledge(delivery);
        }
        catch (NewerDefinitionException)
        {
            // As in the product: it waits for a replica that knows the definition, however long that takes.
            Settle(delivery, () => network.Again(delivery));
        }
        catch (RejectedMessageException e)
        {
            Settle(delivery, () => network.Reject(delivery, e.Message));
        }
#pragma warning disable CA1031 // Whatever a handler throws, the broker delivers the message again, and in the end puts it aside.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Settle(delivery, () => network.Again(delivery, e.ToString()));
        }
    }

    void Settle(Delivery delivery, Action tell)
    {
        if (!_isDead && _unacknowledged.Remove(delivery))
            tell();
    }

    /// <summary>Ends the process.</summary>
    public void Die()
    {
        if (_isDead)
            return;
        _isDead = true;
        network.Gone(this, [.. _unacknowledged]);
        _unacknowledged.Clear();
        died();
    }
}
