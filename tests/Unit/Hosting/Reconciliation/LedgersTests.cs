using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Hosting.Settings;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Unit.Hosting.Reconciliation;

public class The_ledgers
{
    [Test]
    public void Ask_for_one_database_when_none_is_named()
    {
        var refused = Should.Throw<SettingsException>(() => Ledgers.Connect(
            new ConfigurationBuilder().Build(), new OrderReconciliation(), WorkerRegistration.OrderSagas().Kinds(), TimeProvider.System));
        refused.Message.Split('\n').ShouldHaveSingleItem().ShouldStartWith("ConnectionStrings:Postgres is missing;");
    }
}
