using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Services.Payment;

/// <summary>The settings that only payment has.</summary>
public static class PaymentSettings
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("ConnectionStrings:Acquirer", "the same as Postgres",
            "The books of the simulated acquirer, in the schema `acquirer`; `Passwords__Acquirer` belongs to it"),
    ];
}
