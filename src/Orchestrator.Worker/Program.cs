using Orchestrator.ServiceDefaults.Hosting;
using Orchestrator.Worker;
using Orchestrator.Worker.DeadLetters;
using Orchestrator.Worker.Deadlines;
using Orchestrator.Worker.Operations;
using Orchestrator.Worker.Reconciliation;
using Orchestrator.Worker.Scheduling;
using Orchestrator.Worker.Telemetry;

if (args is ["reconcile", .. var options])
    return await ReconcileCommand.Run(options);
if (args is ["redrive", .. var which])
    return await RedriveCommand.Run(which);
if (args is ["dead-letters", .. var seeing])
    return await DeadLettersCommand.Run(seeing);
if (args is [var name, .. var how] && OperatorCommandLine.All.FirstOrDefault(command => command.Name == name) is { } steering)
    return await WorkerCommand.Run(steering, how);

return await PartyHost.Run(args, WorkerRegistration.Party, port: 8080, host =>
{
    WorkerSettings.CheckNames(host.Configuration);
    host.Services.AddOrchestrator(provider => provider.StoreOf(WorkerRegistration.Party), SagaSettings.Breaker(host.Configuration));
    host.Services.AddMigration((provider, stop) => Definitions.Checked(() => provider.MigrateOrchestrator(stop)));
    host.Services.AddDeadLetterDrain(host.Settings.RabbitMq);
    host.Services.AddDeadlines(host.Settings.RabbitMq);
    host.Services.AddSchedule();
    host.Services.AddReconciliation(host.Configuration);
    host.Services.AddGauges(host.Configuration, host.Settings.RabbitMq, host.Settings.Broker.Redelivery);
    host.UseBus(
        bus => Definitions.Checked(() => bus.AddSagas(SagaSettings.Pace(host.Configuration))), (transport, context) => transport.SagaEndpoints(context),
        WorkerRegistration.SendsTo, WorkerRegistration.IsForAnotherReplica);
}, ["reconcile", "redrive", "dead-letters", .. OperatorCommandLine.All.Select(command => command.Name)]);
