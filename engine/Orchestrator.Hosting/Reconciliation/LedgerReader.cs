using System.Data.Common;
using System.Runtime.CompilerServices;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Reads a book in order of the saga ids, on a connection of its own.</summary>
/// <param name="book">The book.</param>
/// <param name="database">Where it is.</param>
/// <param name="setting">The connection string that says so: <c>Postgres</c>, <c>Bank</c>.</param>
sealed class LedgerReader(Book book, Database database, string setting)
{
    /// <summary>The entries about all sagas, or about some.</summary>
    /// <exception cref="LedgerException">The book can't be read.</exception>
    public async IAsyncEnumerable<LedgerEntry> Read(Guid[]? sagas, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await Named(() => database.Open(cancellationToken));
        await using var command = connection.CreateCommand();
        // A million rows take longer than the usual time limit of a statement.
        command.CommandTimeout = 0;
        command.CommandText =
            $"SELECT * FROM ({book.Select}) book {(sagas is null ? "" : $"WHERE {book.Id} = ANY(@sagas)")} ORDER BY {book.Id}";
        if (sagas is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("sagas", sagas);
            command.Parameters.Add(parameter);
        }

        await using var reader = await Named(() => command.ExecuteReaderAsync(cancellationToken));
        while (await Named(() => reader.ReadAsync(cancellationToken)))
            yield return book.Map(reader);
    }

    async Task<T> Named<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (DbException e)
        {
            throw new LedgerException(book.Party, ((PostgresDatabase)database).ServerName, setting, e);
        }
    }
}
