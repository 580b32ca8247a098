using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>An empty database of the shared server. Its sessions have the limits of a host's sessions.</summary>
static class LimitedPostgres
{
    public static async Task<PostgresDatabase> Create() => PostgresDatabase.Connect(
        new NpgsqlConnectionStringBuilder(await SharedPostgres.CreateDatabase()) { SearchPath = "public" }.ToString(),
        "limited", TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

    /// <summary>A session like an operator's, which leaves a transaction open.</summary>
    public static Task<ForeignLock> Lock(this PostgresDatabase database, string statement) =>
        ForeignLock.By(database.Source.CreateConnection(), statement);
}
