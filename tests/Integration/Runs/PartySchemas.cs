using Npgsql;
using Orchestrator.Local.Runs;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Runs;

/// <summary>A schema for each party in one PostgreSQL database.</summary>
static class PartySchemas
{
    public static async Task<PartyDatabases> Create(string connectionString, Func<string, Database> open)
    {
        await using var database = SharedPostgres.Open(connectionString);
        await database.Write(sql => sql.Execute("CREATE SCHEMA orchestrator; CREATE SCHEMA inventory; CREATE SCHEMA payment"));
        return new PartyDatabases(Of("orchestrator"), Of("inventory"), Of("payment"));

        Database Of(string party) => open(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = party }.ToString());
    }
}
