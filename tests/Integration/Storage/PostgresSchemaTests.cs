using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

public class A_schema_on_postgres : SchemaContract
{
    string _connectionString = null!;

    protected override async Task<Database> CreateEmpty()
    {
        _connectionString = await SharedPostgres.CreateDatabase();
        return OpenAgain();
    }

    protected override Database OpenAgain() => SharedPostgres.Open(_connectionString);
}
