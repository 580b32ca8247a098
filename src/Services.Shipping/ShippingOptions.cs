namespace Orchestrator.Services.Shipping;

/// <summary>Where the carrier goes; configured in the section <c>Shipping</c>.</summary>
public sealed class ShippingOptions
{
    /// <summary>Not delivered to unless the configuration says otherwise: places without a regular postal service.</summary>
    public static IReadOnlyList<string> NeverDelivered { get; } = ["Antarctica", "Bouvet Island", "Heard Island and McDonald Islands"];

    /// <summary>
    /// Names of the countries that are not delivered to, in place of <see cref="NeverDelivered"/>; compared without regard to
    /// case and surrounding blanks. Null: the default holds.
    /// </summary>
    public IReadOnlyList<string>? UndeliverableCountries { get; set; }

    /// <summary>Whether the carrier goes to a country.</summary>
    public bool DeliversTo(string country) =>
        !(UndeliverableCountries ?? NeverDelivered).Any(
            name => name.AsSpan().Trim().Equals(country.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase));
}
