namespace Orchestrator.Tests.Unit.Services.Inventory;

public sealed class When_an_order_reserves_stock_on_SQLite() : When_an_order_reserves_stock(new SqliteFile());

public sealed class When_stock_is_short_on_SQLite() : When_stock_is_short(new SqliteFile());

public sealed class When_a_reservation_is_released_on_SQLite() : When_a_reservation_is_released(new SqliteFile());

public sealed class When_an_order_is_fulfilled_on_SQLite() : When_an_order_is_fulfilled(new SqliteFile());

public sealed class When_stock_is_loaded_on_SQLite() : When_stock_is_loaded(new SqliteFile());

public sealed class When_many_orders_want_the_same_stock_on_SQLite() : When_many_orders_want_the_same_stock(new SqliteFile());

public sealed class The_protocol_of_inventory_on_SQLite() : The_protocol_of_inventory(new SqliteFile());
