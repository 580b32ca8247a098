using System.Data.Common;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Operations;

/// <summary>Finds the sagas that an operator has chosen.</summary>
sealed class SagaFinder(Database database, IReadOnlyList<ISagaKind> kinds, Patience patience)
{
    const string Columns = "kind, id, business_key, state, step, version";
    const int MostNamed = 20;

    /// <summary>Finds a saga by its id or, if no saga has this id, by its business key.</summary>
    /// <exception cref="UsageException">There is no such saga, or there are several.</exception>
    public async Task<FoundSaga> Named(string word, CancellationToken cancellationToken)
    {
        Guid? id = Guid.TryParse(word, out var parsed) ? parsed : null;
        var found = await Read(
            sql => sql.Query(
                $"""
                 SELECT {Columns} FROM saga WHERE {database.Among("kind", "kinds")} AND id = @id
                 UNION SELECT {Columns} FROM saga WHERE {database.Among("kind", "kinds")} AND business_key = @key
                 ORDER BY kind, id
                 """,
                Saga, ("kinds", KindNames), ("id", id ?? Guid.Empty), ("key", word)),
            cancellationToken);
        var sagas = found.Any(saga => saga.Id == id) ? found.FindAll(saga => saga.Id == id) : found;
        return sagas switch
        {
            [var one] => one,
            [] => throw new UsageException(
                id is null ? $"there is no saga with the key '{CommandOptions.Printable(word)}'" : $"there is no saga {id}"),
            [{ Id: var first }, ..] when sagas.All(saga => saga.Id == first) => throw new UsageException(
                $"{first} is the id of sagas of several kinds; say which by --kind: "
                    + $"{string.Join(", ", sagas.Select(saga => saga.Kind.Name))}"),
            _ => throw new UsageException(
                $"the key '{CommandOptions.Printable(word)}' belongs to {sagas.Count} sagas; name one by its id: {Several(sagas)}"),
        };
    }

    /// <summary>All sagas that match, the oldest first.</summary>
    public Task<List<FoundSaga>> Matching(SagaFilter filter, CancellationToken cancellationToken) => Read(
        sql => sql.Query($"SELECT {Columns} FROM saga WHERE {filter.Condition} ORDER BY created_at, id", Saga, [.. filter.Parameters]),
        cancellationToken);

    /// <summary>Returns the sagas that still match, in their current state.</summary>
    public async Task<List<FoundSaga>> StillMatching(
        SagaFilter filter, IReadOnlyCollection<FoundSaga> sagas, CancellationToken cancellationToken)
    {
        var now = await Read(
            sql => sql.Query(
                $"SELECT {Columns} FROM saga WHERE {database.Among("kind", "kinds")} AND {database.Among("id", "ids")} AND "
                + $"{filter.Condition}", Saga,
                [.. filter.Parameters, ("kinds", KindNames), ("ids", sagas.Select(saga => saga.Id).ToArray())]),
            cancellationToken);
        return now.FindAll(saga => sagas.Any(one => one.IsSameAs(saga)));
    }

    string[] KindNames => [.. kinds.Select(kind => kind.Name)];

    // A read is repeated until the database answers. Here a person waits for it, so the wait is limited.
    Task<T> Read<T>(Func<Sql, Task<T>> read, CancellationToken cancellationToken) =>
        patience.Wait(token => database.Read(read, token), () => Patience.Away("PostgreSQL"), cancellationToken);

    static string Several(List<FoundSaga> sagas) =>
        string.Join(", ", sagas.Take(MostNamed).Select(saga => $"{saga.Id} ({saga.Kind.Name}, {saga.State})"))
        + (sagas.Count > MostNamed ? ", …" : "");

    FoundSaga Saga(DbDataReader row) => new(
        kinds.Single(kind => kind.Name == row.GetString(0)), row.GetGuid(1), row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.GetInt64(5));
}
