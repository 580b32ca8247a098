using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Services.Shipping;

namespace Orchestrator.Tests.Integration.Services.Shipping;

[TestFixture]
public sealed class When_a_shipment_is_booked_on_Postgres() : When_a_shipment_is_booked(new PostgresTestDatabase());

[TestFixture]
public sealed class When_a_country_is_not_delivered_to_on_Postgres() : When_a_country_is_not_delivered_to(new PostgresTestDatabase());

[TestFixture]
public sealed class When_a_shipment_is_cancelled_on_Postgres() : When_a_shipment_is_cancelled(new PostgresTestDatabase());

[TestFixture]
public sealed class When_a_shipment_is_dispatched_on_Postgres() : When_a_shipment_is_dispatched(new PostgresTestDatabase());

public sealed class The_protocol_of_shipping_on_Postgres() : The_protocol_of_shipping(new PostgresTestDatabase());
