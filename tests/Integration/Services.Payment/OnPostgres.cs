using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Services.Payment;

namespace Orchestrator.Tests.Integration.Services.Payment;

[TestFixture]
public class When_a_payment_is_authorized_on_postgres() : When_a_payment_is_authorized(new PostgresStores());

[TestFixture]
public class When_a_payment_is_refused_on_postgres() : When_a_payment_is_refused(new PostgresStores());

[TestFixture]
public class When_a_payment_is_voided_on_postgres() : When_a_payment_is_voided(new PostgresStores());

[TestFixture]
public class When_a_payment_is_captured_on_postgres() : When_a_payment_is_captured(new PostgresStores());

[TestFixture]
public class When_a_capture_is_refused_on_postgres() : When_a_capture_is_refused(new PostgresStores());

[TestFixture]
public class When_an_intent_has_no_outcome_on_postgres() : When_an_intent_has_no_outcome(new PostgresStores());

[TestFixture]
public class When_the_status_of_a_payment_is_asked_on_postgres() : When_the_status_of_a_payment_is_asked(new PostgresStores());

[TestFixture]
[Parallelizable]
public class When_it_dies_anywhere_on_postgres() : When_it_dies_anywhere(new PostgresStores());

[TestFixture]
public class The_ledger_on_postgres() : The_ledger(new PostgresStores());

[TestFixture]
public class The_simulated_acquirer_on_postgres() : The_simulated_acquirer(new PostgresStores());

[TestFixture]
public class Payment_commands_on_a_bus_on_postgres() : Payment_commands_on_a_bus(new PostgresStores());

public sealed class The_protocol_of_payment_on_Postgres() : The_protocol_of_payment(new PostgresTestDatabase());
