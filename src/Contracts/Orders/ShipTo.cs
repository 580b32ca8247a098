namespace Orchestrator.Contracts.Orders;

/// <summary>Where an order goes.</summary>
/// <param name="Country">The country's name, as the shop writes it.</param>
/// <param name="PostalCode">May be absent: not every country has them.</param>
public sealed record ShipTo(string Country, string? PostalCode);
