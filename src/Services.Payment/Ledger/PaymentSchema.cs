using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>The payment service's tables; the queries are hand-written, so there are migrations only.</summary>
public sealed class PaymentSchema(DbContextOptions<PaymentSchema> options) : DbContext(options);
