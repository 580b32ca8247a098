using Orchestrator.Hosting;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

// The worker with a second saga, for tests of a process with several kinds.
return await SagaHost.Run(args, host =>
{
    host.AddOrderSagas();
    host.AddRideSagas();
    host.UseReconciliation(new OrderReconciliation(), new RideReconciliation());
});
