namespace Orchestrator.Tests.Unit.Services.Payment;

public class When_a_payment_is_authorized_on_sqlite() : When_a_payment_is_authorized(new SqliteStores());

public class When_a_payment_is_refused_on_sqlite() : When_a_payment_is_refused(new SqliteStores());

public class When_a_payment_is_voided_on_sqlite() : When_a_payment_is_voided(new SqliteStores());

public class When_a_payment_is_captured_on_sqlite() : When_a_payment_is_captured(new SqliteStores());

public class When_a_capture_is_refused_on_sqlite() : When_a_capture_is_refused(new SqliteStores());

public class When_an_intent_has_no_outcome_on_sqlite() : When_an_intent_has_no_outcome(new SqliteStores());

public class When_the_status_of_a_payment_is_asked_on_sqlite() : When_the_status_of_a_payment_is_asked(new SqliteStores());

public class When_it_dies_anywhere_on_sqlite() : When_it_dies_anywhere(new SqliteStores());

public class The_ledger_on_sqlite() : The_ledger(new SqliteStores());

public class The_simulated_acquirer_on_sqlite() : The_simulated_acquirer(new SqliteStores());

public class Payment_commands_on_a_bus_on_sqlite() : Payment_commands_on_a_bus(new SqliteStores());

public sealed class The_protocol_of_payment_on_SQLite() : The_protocol_of_payment(new SqliteFile());
