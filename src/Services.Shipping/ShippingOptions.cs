namespace Orchestrator.Services.Shipping;

/// <summary>The countries that the carrier delivers to. Configured in the section <c>Shipping</c>.</summary>
public sealed class ShippingOptions
{
    /// <summary>The default: places without a regular postal service.</summary>
    public static IReadOnlyList<string> NeverDelivered { get; } = ["Antarctica", "Bouvet Island", "Heard Island and McDonald Islands"];

    /// <summary>
    /// The names of the countries that the carrier does not deliver to, in place of <see cref="NeverDelivered"/>. Case and surrounding
    /// spaces do not matter. With null, the default applies.
    /// </summary>
    public IReadOnlyList<string>? UndeliverableCountries { get; set; }

    /// <summary>True when the carrier delivers to a country.</summary>
    public bool DeliversTo(string country) =>
        !(UndeliverableCountries ?? NeverDelivered).Any(
            name => name.AsSpan().Trim().Equals(country.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase));
}
