using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Hosting.Commands;
using Orchestrator.Storage;
using Orchestrator.Tests.Generator;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The real process is killed by <c>kill -9</c> at random moments, and started again with the same command.</summary>
public class When_the_process_is_killed
{
    const int Orders = 600, Kills = 10;

    [Test, CancelAfter(900_000)]
    public async Task The_same_command_goes_on_and_the_totals_are_conserved(CancellationToken cancellationToken)
    {
        using var temporary = new TemporaryFolder();
        var loaded = Generate(temporary[""]);
        var random = new Random(TestContext.CurrentContext.Random.Next());
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = LocalProcess.Start(temporary);
            // The moment is a number of transitions, not a time, so that it depends on the run only.
            var target = await LocalProcess.Transitions(temporary) + random.Next(0, 500);
            while (await LocalProcess.Transitions(temporary) < target && !process.HasExited)
                await Task.Delay(5, cancellationToken); // A pause, so that the process gets the processor and not this test.
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }

        using var last = LocalProcess.Start(temporary);
        var output = await last.StandardOutput.ReadToEndAsync(cancellationToken);
        await last.WaitForExitAsync(cancellationToken);
        last.ExitCode.ShouldBe(ExitCode.Done);
        var summary = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        long Number(string name) => summary.GetProperty(name).GetInt64();
        Number("orders").ShouldBe(Orders);
        (Number("fulfilled") + Number("cancelled")).ShouldBe(Orders);
        Number("rejected").ShouldBe(0);
        (Number("unitsShipped") + Number("unitsOnHand") + Number("unitsReserved")).ShouldBe(loaded);
        Number("unitsReserved").ShouldBe(0);
        await Agrees(temporary);
    }

    static async Task Agrees(TemporaryFolder temporary)
    {
        await using var store = new SqliteDatabase(
            temporary["data/orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        await using var acquirer = new SqliteDatabase(
            temporary["data/acquirer.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        (await PaymentBooks.Differences(store, acquirer)).ShouldBeEmpty();
        foreach (var (what, sql) in new[]
        {
            ("ledger entries that do not sum to zero",
                "SELECT count(*) FROM (SELECT currency FROM payment_entry GROUP BY currency HAVING sum(amount_minor) <> 0)"),
            ("holds that were not released", "SELECT count(*) FROM payment_summary WHERE held_minor <> 0"),
            ("orders captured twice or not as much as they cost",
                """
                SELECT count(*) FROM order_fulfilment o JOIN payment_summary p ON p.order_id = o.id
                WHERE p.captured_minor <> CASE o.state WHEN 'Completed' THEN p.authorized_minor ELSE 0 END
                """),
            ("fulfilled orders that were not shipped",
                "SELECT count(*) FROM order_fulfilment o LEFT JOIN shipping_shipment s ON s.order_id = o.id WHERE o.state = 'Completed' "
                + "AND s.status IS NOT 'Dispatched'"),
            ("bookings of cancelled orders",
                "SELECT count(*) FROM order_fulfilment o JOIN shipping_shipment s ON s.order_id = o.id WHERE o.state = 'Cancelled' AND "
                + "s.status IN ('Booked', 'Dispatched')"),
            ("sagas whose journal has a gap",
                "SELECT count(*) FROM saga s WHERE s.version <> (SELECT count(*) FROM journal j WHERE j.kind = s.kind AND j.saga_id = "
                + "s.id)"),
        })
        {
            (await store.Read(reading => reading.First(sql, row => row.GetInt64(0)))).ShouldBe(0, what);
        }
    }

    static long Generate(string folder)
    {
        OrderFiles.Write(folder, Orders, skus: 20, seed: 7, contention: true);
        return File.ReadLines(Path.Combine(folder, "stock.csv")).Skip(1).Sum(line => long.Parse(line.Split(',')[1], null));
    }
}
