using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Hosting.Settings;

/// <summary>Refuses settings that do not exist, because they are mistyped names.</summary>
public static class SettingNames
{
    // This section is not checked, because it may name databases of other parties.
    const string Connections = "ConnectionStrings";

    /// <summary>Checks the names in the sections of a party's settings.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="settings">The settings that exist. A name that ends with a number begins a list.</param>
    /// <exception cref="SettingsException">Another name is configured.</exception>
    public static void Check(IConfiguration configuration, IReadOnlyList<Setting> settings)
    {
        var known = settings.Where(setting => SectionOf(setting.Key) != Connections).ToList();
        var names = known.Select(setting => WithoutNumber(setting.Key)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var problems = known.Select(setting => SectionOf(setting.Key)).Distinct()
            .SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(setting => setting.Value is not null && !names.Contains(WithoutNumber(setting.Key)))
            .Select(setting => $"{setting.Key} is no setting; there are {string.Join(", ", known.Select(one => one.Key))}.")
            .ToList();
        if (problems.Count > 0)
            throw new SettingsException(problems);
    }

    static string SectionOf(string key) => key.Split(':')[0];

    static string WithoutNumber(string key) =>
        key.LastIndexOf(':') is >= 0 and var end && int.TryParse(key.AsSpan(end + 1), CultureInfo.InvariantCulture, out _)
            ? key[..end] : key;
}
