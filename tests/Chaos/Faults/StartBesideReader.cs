using Npgsql;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>A worker is killed and another one starts, while a session reads the views for a long time, as a backup does.</summary>
sealed class StartBesideReader(Fleet fleet, Liveness liveness) : Fault("worker started beside a long reader")
{
    const string Read = """
        LOCK TABLE orchestrator.order_fulfilment, orchestrator.saga_timeline IN ACCESS SHARE MODE;
        SELECT count(*) FROM orchestrator.order_fulfilment
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var slot = dice.Of(fleet.Workers);
        await using var session = await liveness.Session(stop);
        await using var reading = await session.BeginTransactionAsync(stop);
        await using (var command = new NpgsqlCommand(Read, session, reading))
            await command.ExecuteNonQueryAsync(stop);
        await slot.Replace();
        try
        {
            await slot.Process.Ready(Patience);
            return new(slot.Name);
        }
        catch (InvalidOperationException)
        {
            return new(
                slot.Name,
                FormattableString.Invariant(
                    $"{slot.Name} was started beside a reader of the views, and {Patience.TotalSeconds} s later it was not ready"));
        }
    }
}
