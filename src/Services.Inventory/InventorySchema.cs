using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Inventory;

/// <summary>The inventory's tables. They have migrations only: the service speaks SQL to them.</summary>
public sealed class InventorySchema(DbContextOptions<InventorySchema> options) : DbContext(options);
