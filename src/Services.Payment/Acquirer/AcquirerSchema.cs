using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>The simulated acquirer's tables; the queries are hand-written, so there are migrations only.</summary>
public sealed class AcquirerSchema(DbContextOptions<AcquirerSchema> options) : DbContext(options);
