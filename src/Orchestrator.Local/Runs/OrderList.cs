using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Storage;

namespace Orchestrator.Local.Runs;

/// <summary>The accepted orders of one file, in a database, since the file may be larger than the memory.</summary>
/// <param name="database">An empty database. The list owns it.</param>
/// <param name="chunk">The number of orders in a chunk.</param>
sealed class OrderList(TemporaryDatabase database, int chunk) : IAsyncDisposable
{
    /// <summary>Makes the table of the list.</summary>
    public Task Create(CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute(
            """
            CREATE TABLE file_order (
                n integer PRIMARY KEY, id text NOT NULL UNIQUE, digest text NOT NULL, settled integer NOT NULL DEFAULT 0);
            CREATE INDEX file_order_not_settled ON file_order (n) WHERE settled = 0;
            """),
        cancellationToken);

    /// <summary>Adds orders. Orders that are in the list already stay as they are.</summary>
    public Task Add(IEnumerable<Submission> orders, CancellationToken cancellationToken)
    {
        var rows = JsonSerializer.Serialize(orders.Select(order => new { order.Order.OrderId, order.Digest }));
        return database.Write(
            sql => sql.Execute(
                "INSERT INTO file_order (id, digest) SELECT value ->> 'OrderId', value ->> 'Digest' FROM json_each(@rows) WHERE true ON "
                + "CONFLICT DO NOTHING",
                ("rows", rows)),
            cancellationToken);
    }

    /// <summary>Removes orders.</summary>
    public Task Remove(Guid[] orderIds, CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute($"DELETE FROM file_order WHERE {database.Among("id", "ids")}", ("ids", orderIds)), cancellationToken);

    /// <summary>The digests of the given orders that are in the list.</summary>
    public Task<List<(Guid OrderId, string Digest)>> Digests(Guid[] orderIds, CancellationToken cancellationToken) => database.Read(
        sql => sql.Query(
            $"SELECT id, digest FROM file_order WHERE {database.Among("id", "ids")}", row =>
                (row.GetGuid(0), row.GetString(1)), ("ids", orderIds)),
        cancellationToken);

    /// <summary>Marks orders as settled: the run does not wait for them any more.</summary>
    public Task Settle(Guid[] orderIds, CancellationToken cancellationToken) => database.Write(
        sql => sql.Execute($"UPDATE file_order SET settled = 1 WHERE {database.Among("id", "ids")}", ("ids", orderIds)),
        cancellationToken);

    /// <summary>The orders that are not settled, in the file's order, chunk by chunk.</summary>
    public IAsyncEnumerable<Guid[]> NotSettled(CancellationToken cancellationToken) => Chunks("settled = 0", cancellationToken);

    /// <summary>All orders, in the file's order, chunk by chunk.</summary>
    public IAsyncEnumerable<Guid[]> All(CancellationToken cancellationToken) => Chunks("true", cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => database.DisposeAsync();

    async IAsyncEnumerable<Guid[]> Chunks(string which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = 0L; ;)
        {
            var rows = await database.Read(
                sql => sql.Query(
                    $"SELECT n, id FROM file_order WHERE {which} AND n > @last ORDER BY n LIMIT {chunk}",
                    row => (N: row.GetInt64(0), Id: row.GetGuid(1)),
                    ("last", last)),
                cancellationToken);
            if (rows.Count == 0)
                yield break;
            yield return [.. rows.Select(row => row.Id)];
            last = rows[^1].N;
        }
    }
}
