using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.ServiceDefaults.Hosting;

namespace Orchestrator.Worker;

/// <summary>What the worker is told from outside about its sagas.</summary>
public static class SagaSettings
{
    const double Slowest = 100, Fastest = 0.001;

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
}
