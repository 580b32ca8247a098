using Orchestrator.ServiceDefaults.Hosting;

namespace Orchestrator.Worker;

/// <summary>The settings that only the worker has.</summary>
public static class WorkerSettings
{
    /// <summary>How fast time limits pass.</summary>
    public static readonly Setting Pace = new("Sagas:Pace", "1", "For trials: what every time limit and pause of the sagas is multiplied by; 0.001 to 100");

    /// <summary>When books are compared.</summary>
    public static readonly Setting Cron = new("Reconciliation:Cron", "never", "When one of the workers compares all books: `0 0 3 * * ?` is every night at three, UTC");

    static readonly Setting Books = new("ConnectionStrings:Inventory", "the same as Postgres",
        "With `__Payment`, `__Shipping`, `__Acquirer`: where [reconciliation](operating.md#reconciliation) reads the others' books; `Passwords__Inventory` and so on belong to them");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Pace, Cron, Books];
}
