using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Participants;

namespace Orchestrator.Tests.Integration.Participants;

public sealed class When_a_participant_is_a_table_of_operations_on_Postgres() : When_a_participant_is_a_table_of_operations(
    new PostgresTestDatabase());

public sealed class The_protocol_of_a_participant_with_the_kit_s_tables_on_Postgres() : The_protocol_of_a_participant_with_the_kit_s_tables(
    new PostgresTestDatabase());
