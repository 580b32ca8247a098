using Npgsql;
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

public class A_schema_of_a_partys_own_on_postgres : SchemaContract
{
    string _connectionString = null!;

    protected override async Task<Database> CreateEmpty()
    {
        var shared = await SharedPostgres.CreateDatabase();
        await using (var database = SharedPostgres.Open(shared))
            await database.Write(sql => sql.Execute("CREATE SCHEMA party"));
        _connectionString = new NpgsqlConnectionStringBuilder(shared) { SearchPath = "party" }.ToString();
        return OpenAgain();
    }

    protected override Database OpenAgain() => SharedPostgres.Open(_connectionString);
}
