using Microsoft.EntityFrameworkCore;

namespace Orchestrator.Samples.RideBooking;

/// <summary>The tables of the rides' participants. They have migrations only: the participants speak SQL to them.</summary>
public sealed class RidesSchema(DbContextOptions<RidesSchema> options) : DbContext(options);
