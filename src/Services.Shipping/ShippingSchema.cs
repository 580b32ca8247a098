using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Shipping;

/// <summary>The shipping service's tables. They have migrations only: the service speaks SQL to them.</summary>
public sealed class ShippingSchema(DbContextOptions<ShippingSchema> options) : DbContext(options);
