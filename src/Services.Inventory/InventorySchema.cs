using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Inventory;

/// <summary>The tables of the inventory. This context has only migrations: the service uses SQL.</summary>
public sealed class InventorySchema(DbContextOptions<InventorySchema> options) : DbContext(options);
