using System.Diagnostics;
using MassTransit;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Load;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// An operator holds a step and releases it. These commands come twice, and then again: while another operator holds the step, and after
/// that one has released it.
/// </summary>
sealed class StaleHolds(PrivateRabbitMq rabbit, Books books) : Fault("hold commands repeated")
{
    const string Ada = "ada", Bob = "bob", Note = "maintenance";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(100);

    static readonly string[] Steps = [nameof(ReserveStock), nameof(AuthorizePayment), nameof(BookShipment), nameof(DispatchShipment)];

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (step, time) = (dice.Of(Steps), TimeSpan.FromMilliseconds(dice.Below(3_000)));
        var bus = Shop.Bus(rabbit.Address());
        await bus.StartAsync(stop);
        try
        {
            var (hold, release) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            await Send(bus, Hold(step, Ada), hold, stop);
            await Send(bus, Hold(step, Ada), hold, stop);
            var wrong = await IsHeldBy(step, Ada, "after it was held", stop);
            await Task.Delay(time, stop);
            await Send(bus, Release(step, Ada), release, stop);
            wrong ??= await IsHeldBy(step, null, "after it was released", stop);
            await Send(bus, Hold(step, Bob), Guid.CreateVersion7(), stop);
            wrong ??= await IsHeldBy(step, Bob, "after another operator held it", stop);
            await Send(bus, Release(step, Ada), release, stop);
            wrong ??= await IsHeldBy(step, Bob, "after an earlier release had come again", stop, isStale: true);
            await Send(bus, Release(step, Bob), Guid.CreateVersion7(), stop);
            wrong ??= await IsHeldBy(step, null, "after the other operator had released it", stop);
            await Send(bus, Hold(step, Ada), hold, stop);
            wrong ??= await IsHeldBy(step, null, "after an earlier hold had come again", stop, isStale: true);
            return new(FormattableString.Invariant($"{step}, held for {time.TotalSeconds:0.0} s and once more"), wrong);
        }
        finally
        {
            // The orders must go on after any failure.
            await Send(bus, Release(step, Ada), Guid.CreateVersion7(), stop);
            await bus.StopAsync(stop);
        }
    }

    // A stale command leaves no trace. It was handled when its queue is empty.
    async Task<string?> IsHeldBy(string step, string? actor, string when, CancellationToken stop, bool isStale = false)
    {
        string? holder = null;
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(Pause, stop))
        {
            var isHandled = !isStale || await IsQuiet();
            var holders = await books.Of("orchestrator").Read(
                sql => sql.Query(
                    "SELECT held_by FROM step_hold WHERE step = @step AND command IS NULL AND released_at IS NULL", row =>
                        row.GetString(0), ("step", step)),
                stop);
            if (isHandled && (holder = holders.SingleOrDefault()) == actor)
                return null;
        }

        return $"{step} should be held by {actor ?? "nobody"} {when}, and is held by {holder ?? "nobody"}";
    }

    async Task<bool> IsQuiet() =>
        (await rabbit.Control("list_queues", "name", "messages")).Split('\n').Any(line => line.Trim() == $"{OperatorQueues.Commands}\t0");

    static HoldStep Hold(string step, string actor) => new(OrderQueues.Commands, step, actor, Note);

    static ReleaseStep Release(string step, string actor) => new(OrderQueues.Commands, step, null, actor, Note);

    static async Task Send(IBus bus, object command, Guid id, CancellationToken stop)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{OperatorQueues.Commands}"));
        await endpoint.Send(command, command.GetType(), Pipe.Execute<SendContext>(context => context.MessageId = id), stop);
    }
}
