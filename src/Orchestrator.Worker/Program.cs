using Orchestrator.Hosting;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

return await SagaHost.Run(args, host =>
{
    host.AddOrderSagas();
    host.UseReconciliation(new OrderReconciliation());
});
