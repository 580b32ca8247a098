using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Services.Inventory;

namespace Orchestrator.Tests.Integration.Services.Inventory;

[TestFixture]
public sealed class When_an_order_reserves_stock_on_Postgres() : When_an_order_reserves_stock(new PostgresTestDatabase());

[TestFixture]
public sealed class When_stock_is_short_on_Postgres() : When_stock_is_short(new PostgresTestDatabase());

[TestFixture]
public sealed class When_a_reservation_is_released_on_Postgres() : When_a_reservation_is_released(new PostgresTestDatabase());

[TestFixture]
public sealed class When_an_order_is_fulfilled_on_Postgres() : When_an_order_is_fulfilled(new PostgresTestDatabase());

[TestFixture]
public sealed class When_stock_is_loaded_on_Postgres() : When_stock_is_loaded(new PostgresTestDatabase());

[TestFixture]
public sealed class When_many_orders_want_the_same_stock_on_Postgres() : When_many_orders_want_the_same_stock(new PostgresTestDatabase());

public sealed class The_protocol_of_inventory_on_Postgres() : The_protocol_of_inventory(new PostgresTestDatabase());
