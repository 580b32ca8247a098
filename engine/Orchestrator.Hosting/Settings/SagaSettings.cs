using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Hosting.Settings;

/// <summary>The settings of a host of sagas.</summary>
public static class SagaSettings
{
    /// <summary>How fast time limits pass.</summary>
    public static readonly Setting PaceSetting = new(
        "Sagas:Pace", "1", "For trials: the factor for every time limit and pause of the sagas; 0.001 to 100");

    /// <summary>How long a step may have no answer.</summary>
    public static readonly Setting BreakerSilence = new(
        "Sagas:Breaker:Silence", "`00:01:00`",
        "How long no answer at all may come to a step's command before the engine [holds the "
        + "step](operating.md#a-participant-that-falls-silent); `never` switches this off. From a second to a day; `Sagas__Pace` "
        + "multiplies it");

    /// <summary>How many sagas must wait.</summary>
    public static readonly Setting BreakerFloor = new(
        "Sagas:Breaker:Floor", "5", "How many sagas must have waited that long before the engine holds the step");

    /// <summary>How often a held step is tried.</summary>
    public static readonly Setting BreakerProbe = new(
        "Sagas:Breaker:Probe", "`00:01:00`",
        "How long after one saga has tried a held step the next saga tries it; `Sagas__Pace` multiplies it");

    /// <summary>How many sagas continue in a second.</summary>
    public static readonly Setting BreakerPerSecond = new(
        "Sagas:Breaker:PerSecond", "200", "How many of the waiting sagas continue in a second after an answer has come");

    /// <summary>All settings of a host of sagas.</summary>
    public static IReadOnlyList<Setting> All { get; } = [PaceSetting, BreakerSilence, BreakerFloor, BreakerProbe, BreakerPerSecond];

    const double Slowest = 100, Fastest = 0.001, MostPerSecond = 1_000_000;

    const int HighestFloor = 1_000_000;

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromDays(1);

    /// <summary>The factor for every time limit and pause.</summary>
    /// <exception cref="SettingsException">It is not a number in the allowed range.</exception>
    public static double Pace(IConfiguration configuration)
    {
        if (configuration[PaceSetting.Key] is not { } text)
            return 1;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var pace) && pace is >= Fastest and <= Slowest
            ? pace
            : throw new SettingsException(
                [FormattableString.Invariant(
                    $"Sagas:Pace is '{text}'; it is a number from {Fastest} to {Slowest}; use 1 except in trials.")]);
    }

    /// <summary>The options of the breaker, at the sagas' pace.</summary>
    /// <exception cref="SettingsException">A setting is invalid.</exception>
    public static BreakerOptions Breaker(IConfiguration configuration)
    {
        var (usual, problems) = (BreakerOptions.Default, new List<string>());
        var isOff = configuration[BreakerSilence.Key] == "never";
        var breaker = new BreakerOptions(
            isOff ? null : Time(BreakerSilence, usual.Silence!.Value),
            (int)Number(BreakerFloor, usual.Floor, NumberStyles.None, 1, HighestFloor),
            Time(BreakerProbe, usual.Probe),
            Number(BreakerPerSecond, usual.PerSecond, NumberStyles.Float, Fastest, MostPerSecond));
        return problems.Count == 0 ? breaker.At(Pace(configuration)) : throw new SettingsException(problems);

        TimeSpan Time(Setting setting, TimeSpan otherwise)
        {
            if (configuration[setting.Key] is not { } text)
                return otherwise;
            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= Shortest && time <= Longest)
                return time;
            problems.Add(
                $"{setting.Key} is '{text}'; it is a time from a second to a day, written like "
                + $"'00:01:00'{(setting == BreakerSilence ? ", or never" : "")}.");
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
