using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Reporting;
using Orchestrator.Storage;
using Orchestrator.Worker;
using Spectre.Console;

namespace Orchestrator.Local.Runs;

/// <summary>Shows one order, step by step, without an SQL client. It only reads, so it can be used during a run.</summary>
public static class ShowOrder
{
    const int NoSuchTable = 1, Corrupt = 11, NotADatabase = 26;
    const string Remedy = "name the data folder of the run with --data";

    /// <summary>Prints the order's row and its timeline.</summary>
    /// <param name="order">The number or the id of the order.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="output">Gets the text.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="DataFolderException">There is no data in the folder, it can't be read, or holds no such order.</exception>
    public static async Task<int> Print(string order, string data, TextWriter output)
    {
        var path = DataFolder.DatabaseIn(data);
        try
        {
            // Unlike File.Exists this distinguishes a missing file from one that the user may not see.
            _ = File.GetAttributes(path);
            await using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            await connection.OpenAsync();
            if (!await Print(order, new Sql(connection, null, Dialect.Sqlite, CancellationToken.None), output))
                throw new DataFolderException($"No order {order} is known in {path}; give its number or its id.");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFolderException($"There is no {path}; {Remedy}.", e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == NoSuchTable)
        {
            throw new DataFolderException($"{path} holds no orders that this version can read; {Remedy}.", e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            throw new DataFolderException($"{path} is not a database, or is damaged; {Remedy}, or restore the file.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"{path} can't be read ({e.Message.TrimEnd('.')}); check that you may read the file and write in its folder.", e);
        }
    }

    /// <summary>Prints the order's row and its timeline.</summary>
    /// <param name="order">The number or the id of the order.</param>
    /// <param name="connectionString">The connection string of PostgreSQL, with the schema of the orchestrator.</param>
    /// <param name="output">Gets the text.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="DataFolderException">The server does not answer, or has no such order.</exception>
    public static async Task<int> PrintFromPostgres(
        string order, string connectionString, TextWriter output, CancellationToken cancellationToken)
    {
        await using var database = PostgresDatabase.Connect(
            connectionString, WorkerRegistration.Party, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        try
        {
            // A read would wait for a database that is away. The user at a terminal gets a message instead.
            await database.Ping(cancellationToken);
        }
        catch (DbException e) when (e.InnerException is not CertificateException)
        {
            throw new DataFolderException(
                $"PostgreSQL at {database.ServerName} does not answer ({e.GetBaseException().Message.TrimEnd('.')}); check --postgres.", e);
        }

        return await database.Read(sql => Print(order, sql, output), cancellationToken)
            ? ExitCode.Done
            : throw new DataFolderException($"No order {order} is known there; give its number or its id.");
    }

    /// <summary>Prints the order's row and its timeline.</summary>
    /// <param name="order">The number or the id of the order.</param>
    /// <param name="orchestrator">Runs statements in the database of the orchestrator.</param>
    /// <param name="output">Gets the text, after everything has been read.</param>
    /// <returns>True when there is such an order.</returns>
    public static async Task<bool> Print(string order, Sql orchestrator, TextWriter output)
    {
        var orders = await orchestrator.Query(
            """
            SELECT id, coalesce(order_number, '?'), coalesce(customer, '?'), CAST(amount AS numeric), coalesce(currency, '?'), state, step,
                created_at
            FROM order_fulfilment
            WHERE id IN (SELECT id FROM order_fulfilment WHERE order_number = @number UNION ALL SELECT id FROM order_fulfilment
                WHERE id = @id)
            ORDER BY id
            """,
            row => (Id: row.GetGuid(0), Title: string.Create(
                CultureInfo.InvariantCulture,
                $"Order {row.GetString(1)} ({row.GetGuid(0)}) of {row.GetString(2)}, {Amount(row)}, processed since "
                + $"{row.GetFieldValue<DateTimeOffset>(7):yyyy-MM-dd}: "
                + $"{row.GetString(5)}{(row.IsDBNull(6) ? "" : $", waiting for {row.GetString(6)}")}")),
            ("number", order), ("id", Guid.TryParse(order, out var id) ? id : null));
        var timelines = new List<Table>();
        foreach (var known in orders)
            timelines.Add(await Timeline(orchestrator, known.Id));

        foreach (var (known, timeline) in orders.Zip(timelines))
        {
            await output.WriteLineAsync(Terminal.Printable(known.Title));
            Terminal.On(output).Write(timeline);
        }

        return orders.Count > 0;
    }

    static string Amount(DbDataReader row) =>
        row.IsDBNull(3) ? $"? {row.GetString(4)}" : $"{new Money(row.GetDecimal(3), row.GetString(4))}";

    static async Task<Table> Timeline(Sql orchestrator, Guid id)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("").AddColumn(new TableColumn("At (UTC)").NoWrap()).AddColumn(new TableColumn("Event").NoWrap())
            .AddColumn("State after it").AddColumn("Sent");
        foreach (var row in await orchestrator.Query(
            "SELECT seq, at, event, to_state, sent FROM saga_timeline WHERE saga_id = @id ORDER BY seq",
            row => new[]
            {
                row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
                row.GetFieldValue<DateTimeOffset>(1).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
                row.GetString(2),
                row.GetString(3),
                row.IsDBNull(4) ? "" : row.GetString(4),
            },
            ("id", id)))
        {
            table.AddRow(row.Select(text => new Text(Terminal.Printable(text))));
        }

        return table;
    }
}
