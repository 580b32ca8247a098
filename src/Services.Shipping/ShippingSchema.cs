using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Shipping;

/// <summary>The tables of the shipping service. This context has only migrations: the service uses SQL.</summary>
public sealed class ShippingSchema(DbContextOptions<ShippingSchema> options) : DbContext(options);
