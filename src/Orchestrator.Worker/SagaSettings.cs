using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Journal.Holds;
using Orchestrator.ServiceDefaults.Hosting;

namespace Orchestrator.Worker;

/// <summary>What the worker is told from outside about its sagas.</summary>
public static class SagaSettings
{
    const double Slowest = 100, Fastest = 0.001, MostPerSecond = 1_000_000;

    const int HighestFloor = 1_000_000;

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromDays(1);

    /// <summary>What every time limit and pause is multiplied by.</summary>
    /// <exception cref="SettingsException">It is no number that makes sense.</exception>
    public static double Pace(IConfiguration configuration)
    {
        if (configuration[WorkerSettings.Pace.Key] is not { } text)
            return 1;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var pace) && pace is >= Fastest and <= Slowest
            ? pace
            : throw new SettingsException([FormattableString.Invariant($"Sagas:Pace is '{text}'; it is a number from {Fastest} to {Slowest}, and 1 unless limits shall pass faster in a trial.")]);
    }

    /// <summary>When steps hold themselves that nobody answers, at the sagas' pace.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
    public static BreakerOptions Breaker(IConfiguration configuration)
    {
        var (usual, problems) = (BreakerOptions.Default, new List<string>());
        var isOff = configuration[WorkerSettings.BreakerSilence.Key] == "never";
        var breaker = new BreakerOptions(
            isOff ? null : Time(WorkerSettings.BreakerSilence, usual.Silence!.Value),
            (int)Number(WorkerSettings.BreakerFloor, usual.Floor, NumberStyles.None, 1, HighestFloor),
            Time(WorkerSettings.BreakerProbe, usual.Probe),
            Number(WorkerSettings.BreakerPerSecond, usual.PerSecond, NumberStyles.Float, Fastest, MostPerSecond));
        return problems.Count == 0 ? breaker.At(Pace(configuration)) : throw new SettingsException(problems);

        TimeSpan Time(Setting setting, TimeSpan otherwise)
        {
            if (configuration[setting.Key] is not { } text)
                return otherwise;
            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= Shortest && time <= Longest)
                return time;
            problems.Add($"{setting.Key} is '{text}'; it is a time from a second to a day, written like '00:01:00'{(setting == WorkerSettings.BreakerSilence ? ", or never" : "")}.");
            return otherwise;
        }

        double Number(Setting setting, double otherwise, NumberStyles style, double least, double most)
        {
            if (configuration[setting.Key] is not { } text)
                return otherwise;
            if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            problems.Add(FormattableString.Invariant($"{setting.Key} is '{text}'; it is a number from {least} to {most}."));
            return otherwise;
        }
    }
}
