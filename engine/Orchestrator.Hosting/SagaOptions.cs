using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Hosting;

/// <summary>How the sagas of a host run.</summary>
/// <param name="Pace">What their time limits and pauses are multiplied by, in trials.</param>
/// <param name="Breaker">When steps that nobody answers hold themselves.</param>
public sealed record SagaOptions(double Pace, BreakerOptions Breaker)
{
    /// <summary>As the settings say: <see cref="SagaSettings"/>.</summary>
    /// <exception cref="SettingsException">They can't be understood.</exception>
    public static SagaOptions Of(IConfiguration configuration) =>
        new(SagaSettings.Pace(configuration), SagaSettings.Breaker(configuration));
}
