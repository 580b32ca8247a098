using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>The tables of the simulated acquirer. This context has only migrations: the queries are hand-written SQL.</summary>
public sealed class AcquirerSchema(DbContextOptions<AcquirerSchema> options) : DbContext(options);
