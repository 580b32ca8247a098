using System.Diagnostics;
using MassTransit;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Load;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// The workers are frozen while shipments are booked that many sagas wait for. An operator finds the bookings in the books and resolves the
/// steps, while the answers wait in the same queue.
/// </summary>
sealed class ResolveSteps(Uri broker, Fleet fleet, Books books) : Fault("steps resolved by an operator")
{
    const int Most = 20;

    // All parties share one database here, each with its own schema.
    const string Booked = """
        SELECT s.id, s.version FROM orchestrator.saga s JOIN shipping.shipping_shipment h ON h.order_id = s.id
        WHERE s.state = 'Running' AND s.step = @step AND h.status = 'Booked' LIMIT @most
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Standstill = TimeSpan.FromSeconds(3),
    Pause = TimeSpan.FromMilliseconds(200);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var namesVersion = dice.Below(2) == 0;
        var workers = fleet.Workers.Select(slot => slot.Process).ToList();
        var shipping = fleet.Slots.Where(slot => slot.Name.StartsWith("shipping", StringComparison.Ordinal)).Select(slot => slot.Process)
            .ToList();
        var bus = Shop.Bus(broker);
        await bus.StartAsync(stop);
        List<Guid> sent = [];
        try
        {
            await Task.WhenAll(shipping.Select(host => host.Pause()));
            await Task.Delay(Standstill, stop);
            await Task.WhenAll(workers.Select(worker => worker.Pause()));
            await Task.WhenAll(shipping.Select(host => host.Resume()));
            await Task.Delay(Standstill, stop);
            foreach (var (saga, version) in await books.Of("orchestrator").Read(
                sql => sql.Query(Booked, row => (row.GetGuid(0), row.GetInt64(1)), ("step", nameof(BookShipment)), ("most", Most)), stop))
            {
                var resolve = new ResolveStep(
                    saga, namesVersion ? version : null, nameof(BookShipment), StepResolution.Done, "it is in the books", "ada",
                    "looked it up");
                sent.Add(await Send(bus, resolve, stop));
            }
        }
        finally
        {
            await Task.WhenAll(workers.Concat(shipping).Select(host => host.Resume()));
            await bus.StopAsync(stop);
        }

        for (var waited = Stopwatch.StartNew(); await Answered(sent, stop) < sent.Count; await Task.Delay(Pause, stop))
        {
            if (waited.Elapsed > Patience)
            {
                return new(
                    $"{sent.Count} steps",
                    FormattableString.Invariant(
                        $"not all of {sent.Count} commands of an operator were answered in {Patience.TotalSeconds} s"));
            }
        }

        return new($"{sent.Count} steps{(namesVersion ? ", of the versions that were looked at" : "")}");
    }

    Task<long> Answered(IReadOnlyCollection<Guid> ids, CancellationToken stop) => books.Of("orchestrator").Read(
        sql => sql.First("SELECT count(*) FROM journal WHERE message_id = ANY(@ids)", row => row.GetInt64(0), ("ids", ids.ToArray())),
        stop);

    static async Task<Guid> Send(IBus bus, ResolveStep resolve, CancellationToken stop)
    {
        var id = Guid.CreateVersion7();
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{OrderQueues.Commands}"));
        await endpoint.Send(
            resolve,
            context =>
            {
                context.MessageId = id;
                context.CorrelationId = resolve.SagaId;
            },
            stop);
        return id;
    }
}
