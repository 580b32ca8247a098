using Orchestrator.Hosting.Settings;

namespace Orchestrator.Worker;

/// <summary>The settings that only the worker has, beside those of every host of sagas.</summary>
public static class WorkerSettings
{
    /// <summary>When books are compared.</summary>
    public static readonly Setting Cron = new(
        "Reconciliation:Cron", "never", "When one of the workers compares all books: `0 0 3 * * ?` is every night at three, UTC");

    static readonly Setting Books = new("ConnectionStrings:Inventory", "the same as Postgres",
        "With `__Payment`, `__Shipping`, `__Acquirer`: where [reconciliation](operating.md#reconciliation) reads the others' books; "
        + "`Passwords__Inventory` and so on belong to them");

    /// <summary>Those of reconciliation.</summary>
    public static IReadOnlyList<Setting> Reconciliation { get; } = [Cron, Books];
}
