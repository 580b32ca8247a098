using Orchestrator.Hosting.Settings;

namespace Orchestrator.Services.Shipping;

/// <summary>The settings of shipping, in addition to those of every host.</summary>
public static class ShippingSettings
{
    /// <summary>All settings of shipping.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Shipping:UndeliverableCountries:0", string.Join(", ", ShippingOptions.NeverDelivered.Select(country => $"`{country}`")),
            "With `__1`, `__2` and so on: the countries to which the carrier does not deliver, in place of the default"),
    ];
}
