using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;
using Spectre.Console;

namespace Orchestrator.Local.Runs;

/// <summary>One order, step by step, for a person without an SQL client. It only reads, also beside a run.</summary>
public static class ShowOrder
{
    /// <summary>Prints the order's row and its timeline.</summary>
    /// <param name="order">Its number, or its id.</param>
    /// <param name="data">The data folder.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="DataFolderException">There is no data in the folder, or no such order.</exception>
    public static async Task<int> Print(string order, string data)
    {
        var path = DataFolder.DatabaseIn(data);
        if (!File.Exists(path))
            throw new DataFolderException($"There is no {path}; name with --data the folder that a run was given.");

        await using var database = new SqliteDatabase(path, TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        var orders = await database.Read(sql => sql.Query(
            "SELECT id, order_number, customer, amount || ' ' || currency, state, step, substr(created_at, 1, 10) FROM order_fulfilment WHERE order_number = @order OR id = @order ORDER BY id",
            row => (Id: row.GetString(0), Number: row.GetString(1), Customer: row.GetString(2), Amount: row.GetString(3), State: row.GetString(4),
                Step: row.IsDBNull(5) ? null : row.GetString(5), Day: row.GetString(6)),
            ("order", order)));
        if (orders.Count == 0)
            throw new DataFolderException($"No order {order} is known in {path}; give its number or its id.");

        foreach (var known in orders)
        {
            Console.WriteLine($"Order {known.Number} ({known.Id}) of {known.Customer}, {known.Amount}, {known.Day}: {known.State}{(known.Step is null ? "" : $", waiting for {known.Step}")}");
            await PrintTimeline(database, known.Id);
        }

        return ExitCode.Done;
    }

    static async Task PrintTimeline(SqliteDatabase database, string id)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("").AddColumn(new TableColumn("At (UTC)").NoWrap()).AddColumn(new TableColumn("Event").NoWrap())
            .AddColumn("State after it").AddColumn("Sent");
        foreach (var row in await database.Read(sql => sql.Query(
            "SELECT seq, substr(at, 12, 12), event, to_state, sent FROM saga_timeline WHERE saga_id = @id ORDER BY seq",
            row => Enumerable.Range(0, row.FieldCount).Select(column => Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture) ?? "").ToArray(),
            ("id", id))))
        {
            table.AddRow(row.Select(text => new Text(text)));
        }

        AnsiConsole.Write(table);
    }
}
