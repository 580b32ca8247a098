using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Hosting;

/// <summary>How the sagas of a host run.</summary>
/// <param name="Pace">The factor for their time limits and pauses, for trials.</param>
/// <param name="Breaker">When the breaker holds a step whose participant answers no saga.</param>
public sealed record SagaOptions(double Pace, BreakerOptions Breaker)
{
    /// <summary>Reads the options from the settings: <see cref="SagaSettings"/>.</summary>
    /// <exception cref="SettingsException">A setting is invalid.</exception>
    public static SagaOptions Of(IConfiguration configuration) =>
        new(SagaSettings.Pace(configuration), SagaSettings.Breaker(configuration));
}
