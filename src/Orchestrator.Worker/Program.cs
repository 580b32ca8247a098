using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Hosting;
using Orchestrator.Hosting.DeadLetters;
using Orchestrator.Hosting.Deadlines;
using Orchestrator.Hosting.Gauges;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Operations;
using Orchestrator.Hosting.Scheduling;
using Orchestrator.Hosting.Settings;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

var steering = new OperatorCommandLine(bus => bus.AddSagas()).All();
if (args is ["reconcile", .. var options])
    return await ReconcileCommand.Run(options);
if (args is ["redrive", .. var which])
    return await RedriveCommand.Run(which);
if (args is ["dead-letters", .. var seeing])
    return await DeadLettersCommand.Run(seeing);
if (args is [var name, .. var how] && steering.FirstOrDefault(command => command.Name == name) is { } steer)
    return await WorkerCommand.Run(steer, how);

return await PartyHost.Run(args, WorkerRegistration.Party, port: 8080, host =>
{
    WorkerSettings.CheckNames(host.Configuration);
    host.Services.AddOrchestrator(provider => provider.StoreOf(WorkerRegistration.Party), SagaSettings.Breaker(host.Configuration));
    host.Services.AddMigration((provider, stop) => Definitions.Checked(() => provider.MigrateOrchestrator(stop)));
    host.Services.AddDeadLetterDrain(host.Settings.RabbitMq);
    host.Services.AddDeadlines(host.Settings.RabbitMq);
    host.Services.AddSingleton(new WorkSource(InventoryQueues.Events));
    host.Services.AddSchedule();
    host.Services.AddReconciliation(host.Configuration);
    host.Services.AddGauges(host.Configuration, host.Settings.RabbitMq, host.Settings.Broker.Redelivery);
    host.UseBus(
        bus => Definitions.Checked(() => bus.AddSagas(SagaSettings.Pace(host.Configuration))), (transport, context) => transport.SagaEndpoints(context),
        SagaRegistration.SendsTo, SagaRegistration.IsForAnotherReplica);
}, ["reconcile", "redrive", "dead-letters", .. steering.Select(command => command.Name)]);
