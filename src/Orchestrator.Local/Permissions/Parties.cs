using System.Reflection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;
using Orchestrator.Worker;

namespace Orchestrator.Local.Permissions;

/// <summary>Who uses the broker, and for what; read from the sagas' tables, the services' handlers and the contracts.</summary>
static class Parties
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Party> All()
    {
        var kinds = WorkerRegistration.OrderSagas().Kinds();
        return
        [
            Orchestrator(kinds),
            Participant(InventoryRegistration.Party, typeof(InventoryRegistration), InventoryQueues.Commands, InventoryQueues.Events),
            Participant(PaymentRegistration.Party, typeof(PaymentRegistration), PaymentQueues.Commands),
            Participant(ShippingRegistration.Party, typeof(ShippingRegistration), ShippingQueues.Commands),
            // Whoever sells: submits orders, and no more.
            new("submitter") { Tells = [typeof(OrderSubmitted)] },
            // Whoever commands: sagas, holds, and what 'redrive' and 'reconcile --repair' send again in the name of others.
            new("operator")
            {
                Sends = WorkQueues.Of(kinds, [new(InventoryQueues.Events)]),
                Tells = [.. kinds.SelectMany(kind => kind.Sends).Where(type => !IsCommand(type)).Distinct()],
            },
            // Whoever starts more hosts when queues are long: asks how long they are, for which the broker wants no permission.
            new("scaler"),
        ];
    }

    static Party Orchestrator(IReadOnlyCollection<ISagaKind> kinds)
    {
        var others = kinds.SelectMany(kind => kind.SendsTo).Append(InventoryQueues.Events).Distinct().ToList();
        return new(WorkerRegistration.Party)
        {
            Takes = [.. kinds.SelectMany(kind => new[] { SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name) }), OperatorQueues.Commands],
            Hears = [.. kinds.SelectMany(kind => kind.Receives.Where(type => !StepSaga.IsAddressed(type)).Select(type => (kind.IsStartedBy(type) ? SagaQueues.Intake(kind.Name) : SagaQueues.Outcomes(kind.Name), type)))],
            Tells = [.. kinds.SelectMany(kind => kind.Sends).Where(type => !IsCommand(type)).Concat([typeof(StepHeld), typeof(StepReleased), typeof(HoldRefused)]).Distinct()],
            Sends = [.. kinds.SelectMany(kind => kind.SendsTo).Distinct()],
            Clears = others,
        };
    }

    // A message belongs to the party in whose folder of the contracts it lies; what is addressed to nobody is published.
    static Party Participant(string name, Type registration, params string[] queues)
    {
        var handled = registration.Assembly.GetTypes()
            .SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(type => type.GetGenericArguments()[0])
            .ToList();
        var owned = typeof(OrderSubmitted).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(IStepMessage)) && !type.IsInterface && type.Namespace!.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        return new(name)
        {
            Takes = queues,
            Hears = [.. handled.Where(type => !IsCommand(type)).Select(type => (queues[^1], type))],
            Tells = [.. owned.Where(type => !IsCommand(type))],
        };
    }

    static bool IsCommand(Type message) => message.GetCustomAttribute<SentToAttribute>() is not null;
}
