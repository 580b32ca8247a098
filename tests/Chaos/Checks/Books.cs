using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>The databases of all parties, read as an administrator.</summary>
sealed class Books(string administrator) : IAsyncDisposable
{
    readonly Dictionary<string, PostgresDatabase> _databases = [];

    /// <summary>The database of a party.</summary>
    public PostgresDatabase Of(string party)
    {
        if (!_databases.TryGetValue(party, out var database))
            _databases[party] = database = PostgresDatabase.Connect(
                administrator, party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        return database;
    }

    /// <summary>The number that a query returns.</summary>
    public Task<long> Count(string party, string query, params (string, object?)[] parameters) =>
        Of(party).Read(sql => sql.First(query, row => row.GetInt64(0), parameters));

    /// <summary>The lines that a query returns.</summary>
    public Task<List<string>> Lines(string party, string query, params (string, object?)[] parameters) =>
        Of(party).Read(sql => sql.Query(query, row => row.GetString(0), parameters));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
    }
}
