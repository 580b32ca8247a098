using Microsoft.Extensions.Configuration;
using Orchestrator.ServiceDefaults.Hosting;

namespace Orchestrator.Worker;

/// <summary>The settings that only the worker has.</summary>
public static class WorkerSettings
{
    /// <summary>How fast time limits pass.</summary>
    public static readonly Setting Pace = new("Sagas:Pace", "1", "For trials: what every time limit and pause of the sagas is multiplied by; 0.001 to 100");

    /// <summary>How long a step may be silent.</summary>
    public static readonly Setting BreakerSilence = new("Sagas:Breaker:Silence", "`00:01:00`",
        "How long no answer at all to a step's command may come before the [step holds itself](operating.md#a-participant-that-falls-silent); `never` switches that off. From a second to a day; `Sagas__Pace` multiplies it");

    /// <summary>How many sagas it takes.</summary>
    public static readonly Setting BreakerFloor = new("Sagas:Breaker:Floor", "5", "How many sagas must have waited for so long before it does");

    /// <summary>How often a held step is tried.</summary>
    public static readonly Setting BreakerProbe = new("Sagas:Breaker:Probe", "`00:01:00`", "How long after one saga has tried such a step the next one does; `Sagas__Pace` multiplies it");

    /// <summary>How fast sagas go on.</summary>
    public static readonly Setting BreakerPerSecond = new("Sagas:Breaker:PerSecond", "200", "How many of the waiting sagas go on in a second once an answer has come");

    /// <summary>When books are compared.</summary>
    public static readonly Setting Cron = new("Reconciliation:Cron", "never", "When one of the workers compares all books: `0 0 3 * * ?` is every night at three, UTC");

    static readonly Setting Books = new("ConnectionStrings:Inventory", "the same as Postgres",
        "With `__Payment`, `__Shipping`, `__Acquirer`: where [reconciliation](operating.md#reconciliation) reads the others' books; `Passwords__Inventory` and so on belong to them");

    static readonly string[] Sections = ["Sagas", "Reconciliation"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Pace, BreakerSilence, BreakerFloor, BreakerProbe, BreakerPerSecond, Cron, Books];

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
