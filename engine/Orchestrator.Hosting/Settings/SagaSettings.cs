using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Hosting.Settings;

/// <summary>The settings of a host of sagas.</summary>
public static class SagaSettings
{
    /// <summary>How fast time limits pass.</summary>
    public static readonly Setting PaceSetting = new(
        "Sagas:Pace", "1", "For trials: what every time limit and pause of the sagas is multiplied by; 0.001 to 100");

    /// <summary>How long a step may be silent.</summary>
    public static readonly Setting BreakerSilence = new("Sagas:Breaker:Silence", "`00:01:00`",
        "How long no answer at all to a step's command may come before the [step holds "
        + "itself](operating.md#a-participant-that-falls-silent); `never` switches that off. From a second to a day; `Sagas__Pace` "
        + "multiplies it");

    /// <summary>How many sagas it takes.</summary>
    public static readonly Setting BreakerFloor = new(
        "Sagas:Breaker:Floor", "5", "How many sagas must have waited for so long before it does");

    /// <summary>How often a held step is tried.</summary>
    public static readonly Setting BreakerProbe = new(
        "Sagas:Breaker:Probe", "`00:01:00`",
        "How long after one saga has tried such a step the next one does; `Sagas__Pace` multiplies it");

    /// <summary>How fast sagas go on.</summary>
    public static readonly Setting BreakerPerSecond = new(
        "Sagas:Breaker:PerSecond", "200", "How many of the waiting sagas go on in a second once an answer has come");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [PaceSetting, BreakerSilence, BreakerFloor, BreakerProbe, BreakerPerSecond];

    const double Slowest = 100, Fastest = 0.001, MostPerSecond = 1_000_000;

    const int HighestFloor = 1_000_000;

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromDays(1);

    /// <summary>What every time limit and pause is multiplied by.</summary>
    /// <exception cref="SettingsException">It is no number that makes sense.</exception>
    public static double Pace(IConfiguration configuration)
    {
        if (configuration[PaceSetting.Key] is not { } text)
            return 1;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var pace) && pace is >= Fastest and <= Slowest
            ? pace
            : throw new SettingsException(
                [FormattableString.Invariant(
                    $"Sagas:Pace is '{text}'; it is a number from {Fastest} to {Slowest}, and 1 unless limits shall pass faster in a trial.")]);
    }

    /// <summary>When steps hold themselves that nobody answers, at the sagas' pace.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
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
