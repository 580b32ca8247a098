using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Orchestrator.Hosting.Settings;

/// <summary>The default settings of every host. Its <c>appsettings.json</c>, its environment and its arguments override them.</summary>
static class DefaultSettings
{
    // A resource of the assembly, because a package puts no file beside the program.
    const string Resource = "Orchestrator.Hosting.Settings.defaults.json";

    /// <summary>Adds the defaults, with lower priority than all other sources.</summary>
    public static void AddDefaults(this IConfigurationBuilder configuration)
    {
        using var stream = typeof(DefaultSettings).Assembly.GetManifestResourceStream(Resource)!;
        var settings = new ConfigurationBuilder().AddJsonStream(stream).Build();
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = settings.AsEnumerable() });
    }
}
