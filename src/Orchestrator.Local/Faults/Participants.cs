using System.Reflection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;

namespace Orchestrator.Local.Faults;

/// <summary>The participants that can misbehave, and the commands that go to them.</summary>
static class Participants
{
    static readonly Dictionary<string, string> ByQueue = new()
    {
        [InventoryQueues.Commands] = InventoryRegistration.Party,
        [PaymentQueues.Commands] = PaymentRegistration.Party,
        [ShippingQueues.Commands] = ShippingRegistration.Party,
    };

    /// <summary>The names of the participants.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ByQueue.Values];

    /// <summary>True for a type of command, undo or inquiry that goes to one of the participants.</summary>
    public static bool IsCommand(Type message) =>
        message.IsAssignableTo(typeof(IStepMessage)) && message.GetCustomAttribute<SentToAttribute>() is { Queue: var queue }
        && ByQueue.ContainsKey(queue);

    /// <summary>The queue of a type of command.</summary>
    public static string QueueOf(Type command) => command.GetCustomAttribute<SentToAttribute>()!.Queue;

    /// <summary>The participant that a type of command goes to.</summary>
    public static string Of(Type command) => ByQueue[QueueOf(command)];
}
