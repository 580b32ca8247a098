using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>The tables of the payment service. This context has only migrations: the queries are hand-written SQL.</summary>
public sealed class PaymentSchema(DbContextOptions<PaymentSchema> options) : DbContext(options);
