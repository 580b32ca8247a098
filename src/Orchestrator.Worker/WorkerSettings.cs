using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Worker;

/// <summary>The settings that only the worker has.</summary>
public static class WorkerSettings
{
    /// <summary>When books are compared.</summary>
    public static readonly Setting Cron = new("Reconciliation:Cron", "never", "When one of the workers compares all books: `0 0 3 * * ?` is every night at three, UTC");

    static readonly Setting Books = new("ConnectionStrings:Inventory", "the same as Postgres",
        "With `__Payment`, `__Shipping`, `__Acquirer`: where [reconciliation](operating.md#reconciliation) reads the others' books; `Passwords__Inventory` and so on belong to them");

    static readonly string[] Sections = ["Sagas", "Reconciliation"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. SagaSettings.All, Cron, Books];

    /// <summary>Looks for settings of the worker that it does not have: each was meant to be another.</summary>
    /// <exception cref="SettingsException">There are some.</exception>
    public static void CheckNames(IConfiguration configuration)
    {
        var known = All.Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var problems = Sections
            .SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(setting => setting.Value is not null && !known.Contains(setting.Key))
            .Select(setting => $"{setting.Key} is no setting; there are {string.Join(", ", All.Except([Books]).Select(one => one.Key))}.")
            .ToList();
        if (problems.Count > 0)
            throw new SettingsException(problems);
    }
}
