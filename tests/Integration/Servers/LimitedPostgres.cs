using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Servers;

/// <summary>An empty database of the shared server, reached as a host reaches its own: with the limits of its sessions.</summary>
static class LimitedPostgres
{
    public static async Task<PostgresDatabase> Create() => PostgresDatabase.Connect(
        new NpgsqlConnectionStringBuilder(await SharedPostgres.CreateDatabase()) { SearchPath = "public" }.ToString(),
        "limited", TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

    /// <summary>As an operator's session: it leaves a transaction open.</summary>
    public static Task<ForeignLock> Lock(this PostgresDatabase database, string statement) =>
        ForeignLock.By(database.Source.CreateConnection(), statement);
}
