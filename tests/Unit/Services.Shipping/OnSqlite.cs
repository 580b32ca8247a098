namespace Orchestrator.Tests.Unit.Services.Shipping;

public sealed class When_a_shipment_is_booked_on_SQLite() : When_a_shipment_is_booked(new SqliteFile());

public sealed class When_a_country_is_not_delivered_to_on_SQLite() : When_a_country_is_not_delivered_to(new SqliteFile());

public sealed class When_a_shipment_is_cancelled_on_SQLite() : When_a_shipment_is_cancelled(new SqliteFile());

public sealed class When_a_shipment_is_dispatched_on_SQLite() : When_a_shipment_is_dispatched(new SqliteFile());

public sealed class The_protocol_of_shipping_on_SQLite() : The_protocol_of_shipping(new SqliteFile());
