using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Samples.RideBooking;

namespace Orchestrator.Tests.Integration.Samples.RideBooking;

public sealed class The_drivers_on_Postgres() : The_drivers(new PostgresTestDatabase());

public sealed class The_fares_on_Postgres() : The_fares(new PostgresTestDatabase());

public sealed class The_passengers_on_Postgres() : The_passengers(new PostgresTestDatabase());

public sealed class The_protocol_of_rides_on_Postgres() : The_protocol_of_rides(new PostgresTestDatabase());
