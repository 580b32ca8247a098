using System.Reflection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Engine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Participants;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;
using Orchestrator.Services.Shipping;
using Orchestrator.Storage;
using Orchestrator.Worker;

namespace Orchestrator.Local.Permissions;

/// <summary>Who uses the broker, and for what; read from the sagas' tables, the participants' operations and the contracts.</summary>
static class Parties
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Party> All()
    {
        var kinds = WorkerRegistration.OrderSagas().Kinds();
        // The participants are asked for their messages only.
        var database = TemporaryDatabase.Create();
        using var acquirer = new SimulatedAcquirer(database);
        using var reservations = new Reservations(database);
        using var payments = new Payments(database, acquirer, NullLogger<Payments>.Instance);
        using var shipments = new Shipments(database, new ShippingOptions());
        return
        [
            Orchestrator(kinds),
            Participant(InventoryRegistration.Party, reservations),
            Participant(PaymentRegistration.Party, payments),
            Participant(ShippingRegistration.Party, shipments),
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
            Takes =
            [
                .. kinds.SelectMany(
                    kind => new[] { SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name) }),
                    OperatorQueues.Commands,
            ],
            Hears =
            [
                .. kinds.SelectMany(
                    kind => kind.Receives.Where(type => !StepSaga.IsAddressed(type))
                    .Select(type => (kind.IsStartedBy(type) ? SagaQueues.Intake(kind.Name) : SagaQueues.Outcomes(kind.Name), type))),
            ],
            Tells =
            [
                .. kinds.SelectMany(kind => kind.Sends).Where(type => !IsCommand(type))
                    .Concat([typeof(StepHeld), typeof(StepReleased), typeof(HoldRefused)]).Distinct(),
            ],
            Sends = [.. kinds.SelectMany(kind => kind.SendsTo).Distinct()],
            Clears = others,
        };
    }

    // A message belongs to the party in whose folder of the contracts it lies; what is addressed to nobody is published.
    static Party Participant(string name, IParticipant participant)
    {
        var owned = typeof(OrderSubmitted).Assembly.GetExportedTypes()
            .Where(type =>
                type.IsAssignableTo(typeof(IStepMessage)) && !type.IsInterface
                && type.Namespace!.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        return new(name)
        {
            Takes = [.. participant.Commands.Concat(participant.Events).Select(queue => queue.Key)],
            Hears = [.. participant.Events.SelectMany(queue => queue.Select(type => (queue.Key, type)))],
            Tells = [.. owned.Where(type => !IsCommand(type))],
        };
    }

    static bool IsCommand(Type message) => message.GetCustomAttribute<SentToAttribute>() is not null;
}
