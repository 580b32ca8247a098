using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Services.Shipping;

/// <summary>The settings that only shipping has.</summary>
public static class ShippingSettings
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Shipping:UndeliverableCountries:0", string.Join(", ", ShippingOptions.NeverDelivered.Select(country => $"`{country}`")),
            "With `__1`, `__2` and so on: the countries that are not delivered to, in place of these"),
    ];
}
