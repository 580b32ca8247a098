using System.Diagnostics;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Tests.Generator;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>Very many deadlines that pass at the same moment, while orders go on.</summary>
static class DeadlinesRun
{
    const double OrdersPerSecond = 20;

    const string Passed = "2000-01-01T00:00:00Z";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The number of journal rows that each waiting saga has before.</summary>
    public const int RowsEach = 3;

    /// <summary>Lets the deadlines of all waiting sagas pass. It waits until each saga has acted and all orders have ended.</summary>
    /// <param name="product">A product with this many sagas that wait for an outcome that never comes.</param>
    /// <param name="sagas">The number of sagas.</param>
    /// <param name="orders">The number of orders that come meanwhile, some each second.</param>
    /// <exception cref="InvalidOperationException">A saga did not act on its deadline in time.</exception>
    public static async Task<DueDeadlines> Run(Entrant product, int sagas, int orders)
    {
        var waiting = $"BETWEEN '{ManyOrders.Id(1)}' AND '{ManyOrders.Id(sagas)}'";
        var books = product.Contender.Books;
        Task<long> Count(string query) => books.Count(WorkerRegistration.Party, query);
        var flow = product.Shop.Submit(orders, OrdersPerSecond);
        await ManyOrders.Run(books.Of, WorkerRegistration.Party, $$"""
            UPDATE saga SET deadline = '{{Passed}}', data = jsonb_set(data, '{steps,BookShipment,due}', to_jsonb(now()))
            WHERE id {{waiting}}
            """);
        var watch = Stopwatch.StartNew();
        // A deadline that was sent has a lease, which sets it to another time. The fourth row of a saga says that it has acted.
        var acted = $"FROM journal WHERE saga_id {waiting} AND seq = {RowsEach + 1} AND message_type = 'DeadlineReached'";
        TimeSpan? sent = null;
        while (await Count($"SELECT count(*) {acted}") < sagas)
        {
            if (sent is null && await Count($"SELECT count(*) FROM saga WHERE id {waiting} AND deadline = '{Passed}'") == 0)
                sent = watch.Elapsed;
            if (watch.Elapsed > Patience)
                throw new InvalidOperationException(
                    $"Of {sagas} deadlines {await Count($"SELECT count(*) {acted}")} were acted on within {Patience}.");
            await Task.Delay(500);
        }

        var ended = watch.Elapsed;
        Task<long> Lateness(double part) => Count(FormattableString.Invariant($"""
            SELECT CAST(1000 * percentile_cont({part}) WITHIN GROUP (ORDER BY extract(epoch FROM at - (
                SELECT min(at) - interval '{ended.TotalSeconds} seconds' FROM (SELECT max(at) AS at {acted}) last))) AS bigint) {acted}
            """));
        var (half, most) = (await Lateness(0.5) / 1e3, await Lateness(0.99) / 1e3);
        return new DueDeadlines(
            sagas, (sent ?? ended).TotalSeconds, ended.TotalSeconds, half, most, orders, (await flow).Elapsed.TotalSeconds);
    }
}
