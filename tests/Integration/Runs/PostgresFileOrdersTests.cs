using Orchestrator.Local.Runs;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Runs;

public class The_orders_of_a_file_in_postgres_schemas : FileOrdersContract
{
    protected override async Task<PartyDatabases> CreateDatabases() =>
        await PartySchemas.Create(await SharedPostgres.CreateDatabase(), SharedPostgres.Open);
}
