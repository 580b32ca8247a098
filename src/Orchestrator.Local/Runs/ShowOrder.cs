using System.Globalization;
using Microsoft.Data.Sqlite;
using Orchestrator.Local.Reporting;
using Orchestrator.Storage;
using Spectre.Console;

namespace Orchestrator.Local.Runs;

/// <summary>One order, step by step, for a person without an SQL client. It only reads, also beside a run.</summary>
public static class ShowOrder
{
    const int NoSuchTable = 1, Corrupt = 11, NotADatabase = 26;
    const string Remedy = "name with --data the folder that a run was given";

    /// <summary>Prints the order's row and its timeline.</summary>
    /// <param name="order">Its number, or its id.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="output">Where to.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="DataFolderException">There is no data in the folder, it can't be read, or holds no such order.</exception>
    public static async Task<int> Print(string order, string data, TextWriter output)
    {
        var path = DataFolder.DatabaseIn(data);
        try
        {
            // Unlike File.Exists it tells what is not there from what may not be seen.
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
            throw new DataFolderException($"{path} is no database, or a broken one; {Remedy}, or restore the file.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"{path} can't be read ({e.Message.TrimEnd('.')}); see that you may read the file and write in its folder.", e);
        }
    }

    static async Task<bool> Print(string order, Sql sql, TextWriter output)
    {
        var orders = await sql.Query(
            "SELECT id, order_number, customer, amount || ' ' || currency, state, step, substr(created_at, 1, 10) FROM order_fulfilment WHERE order_number = @order OR id = @order ORDER BY id",
            row => (Id: row.GetString(0), Number: row.GetString(1), Customer: row.GetString(2), Amount: row.GetString(3), State: row.GetString(4),
                Step: row.IsDBNull(5) ? null : row.GetString(5), Day: row.GetString(6)),
            ("order", order));
        foreach (var known in orders)
        {
            await output.WriteLineAsync(Terminal.Printable(
                $"Order {known.Number} ({known.Id}) of {known.Customer}, {known.Amount}, processed since {known.Day}: {known.State}{(known.Step is null ? "" : $", waiting for {known.Step}")}"));
            Terminal.On(output).Write(await Timeline(sql, known.Id));
        }

        return orders.Count > 0;
    }

    static async Task<Table> Timeline(Sql sql, string id)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("").AddColumn(new TableColumn("At (UTC)").NoWrap()).AddColumn(new TableColumn("Event").NoWrap())
            .AddColumn("State after it").AddColumn("Sent");
        foreach (var row in await sql.Query(
            "SELECT seq, substr(at, 12, 12), event, to_state, sent FROM saga_timeline WHERE saga_id = @id ORDER BY seq",
            row => Enumerable.Range(0, row.FieldCount).Select(column => Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture) ?? "").ToArray(),
            ("id", id)))
        {
            table.AddRow(row.Select(text => new Text(Terminal.Printable(text))));
        }

        return table;
    }
}
