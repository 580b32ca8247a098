using Orchestrator.Hosting.Settings;

namespace Orchestrator.Services.Payment;

/// <summary>The settings of payment, in addition to those of every host.</summary>
public static class PaymentSettings
{
    /// <summary>All settings of payment.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("ConnectionStrings:Acquirer", "the same as Postgres",
            "The database with the books of the simulated acquirer, in the schema `acquirer`; `Passwords__Acquirer` is its password"),
    ];
}
