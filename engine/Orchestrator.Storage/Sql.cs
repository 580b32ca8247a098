using System.Data.Common;
using System.Text.Json;

namespace Orchestrator.Storage;

/// <summary>Hand-written statements on one connection, in either dialect.</summary>
/// <remarks>
/// Parameters are written <c>@name</c>. Ids are native on Postgres and lower-case text on SQLite; times are UTC. Several ids
/// or names are an array, for <see cref="Database.Among"/>.
/// </remarks>
public sealed class Sql(
    DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken,
    PreparedCommands? prepared = null)
{
    /// <summary>
    /// The first statement that failed. Work that overlooks it must not be committed: PostgreSQL would roll it back and
    /// still call it committed.
    /// </summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it touched.</returns>
    public Task<int> Execute(string sql, params (string Name, object? Value)[] parameters) =>
        Run(sql, parameters, command => command.ExecuteNonQueryAsync(cancellationToken));

    /// <summary>The rows of a query.</summary>
    public Task<List<T>> Query<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters) =>
        Run(sql, parameters, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(map(reader));
            return rows;
        });

    /// <summary>The first row of a query, or the default when there is none.</summary>
    public Task<T?> First<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters) =>
        Run(sql, parameters, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? map(reader) : default;
        });

    /// <summary>
    /// The values of a column whose rows another session has locked. The rows of the other values are locked from now on until the
    /// transaction ends. It waits for no row. PostgreSQL only.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="column">A column of it that has an index.</param>
    /// <param name="values">The values to look for; those without a row are not locked.</param>
    public async Task<HashSet<T>> Locked<T>(string table, string column, T[] values) => values.Length == 0 ? [] : [.. await Query(
        $"""
        SELECT {column} FROM {table} WHERE {column} = ANY(@values)
        EXCEPT ALL
        SELECT {column} FROM (SELECT {column} FROM {table} WHERE {column} = ANY(@values) ORDER BY {column} FOR UPDATE SKIP LOCKED) AS free
        """,
        row => row.GetFieldValue<T>(0), ("values", values))];

    /// <summary>A command on the connection, in its transaction if there is one.</summary>
    public DbCommand CreateCommand(string sql)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        return command;
    }

    async Task<T> Run<T>(string sql, (string Name, object? Value)[] parameters, Func<DbCommand, Task<T>> run)
    {
        var command = Command(sql, parameters);
        try
        {
            return await run(command);
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }
        finally
        {
            if (prepared is null)
                await command.DisposeAsync();
            else
                prepared.Return(command);
        }
    }

    DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = prepared?.Take(sql) ?? connection.CreateCommand();
        command.Transaction = transaction;
        if (prepared is null)
            command.CommandText = sql;
        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = Native(value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    object Native(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id when dialect == Dialect.Sqlite => id.ToString(),
        Guid[] or string[] when dialect == Dialect.Sqlite => JsonSerializer.Serialize(value),
        DateTimeOffset at when dialect == Dialect.Sqlite => SqliteTime.Text(at),
        DateTimeOffset at => at.ToUniversalTime(),
        _ => value,
    };
}
