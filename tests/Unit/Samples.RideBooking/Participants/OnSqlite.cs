namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public sealed class The_drivers_on_SQLite() : The_drivers(new SqliteFile());

public sealed class The_fares_on_SQLite() : The_fares(new SqliteFile());

public sealed class The_passengers_on_SQLite() : The_passengers(new SqliteFile());

public sealed class The_protocol_of_rides_on_SQLite() : The_protocol_of_rides(new SqliteFile());
