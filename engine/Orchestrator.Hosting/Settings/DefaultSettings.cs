using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Orchestrator.Hosting.Settings;

/// <summary>The settings that every host has unless its <c>appsettings.json</c>, its environment or its arguments say otherwise.</summary>
static class DefaultSettings
{
    // In the assembly, since a package puts no file beside the program.
    const string Resource = "Orchestrator.Hosting.Settings.defaults.json";

    /// <summary>Adds them below all other sources.</summary>
    public static void AddDefaults(this IConfigurationBuilder configuration)
    {
        using var stream = typeof(DefaultSettings).Assembly.GetManifestResourceStream(Resource)!;
        var settings = new ConfigurationBuilder().AddJsonStream(stream).Build();
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = settings.AsEnumerable() });
    }
}
