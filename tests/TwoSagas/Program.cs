using Orchestrator.Hosting;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

// The worker with a second saga: for tests of what holds for several kinds of saga in one process.
return await SagaHost.Run(args, host =>
{
    host.AddOrderSagas();
    host.AddRideSagas();
    host.UseReconciliation(new OrderReconciliation(), new RideReconciliation());
});
