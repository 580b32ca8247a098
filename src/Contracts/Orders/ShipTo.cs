namespace Orchestrator.Contracts.Orders;

/// <summary>Where an order goes.</summary>
/// <param name="Country">The country's name, as the shop writes it.</param>
/// <param name="PostalCode">Null when there is none: not every country has postal codes.</param>
public sealed record ShipTo(string Country, string? PostalCode);
