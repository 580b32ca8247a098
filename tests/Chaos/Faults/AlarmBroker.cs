using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The broker raises an alarm about memory or disk, and takes no messages for a while.</summary>
sealed class AlarmBroker(PrivateRabbitMq rabbit) : Fault("broker alarmed")
{
    const int Shortest = 5_000, Longest = 25_000;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (ofMemory, time) = (dice.Below(2) == 0, TimeSpan.FromMilliseconds(Shortest + dice.Below(Longest - Shortest)));
        try
        {
            await (ofMemory
                ? rabbit.Control("set_vm_memory_high_watermark", "0.00001") : rabbit.Control("set_disk_free_limit", "1000000GB"));
            await Task.Delay(time, stop);
        }
        finally
        {
            await (ofMemory
                ? rabbit.Control("set_vm_memory_high_watermark", "absolute", "2GB") : rabbit.Control("set_disk_free_limit", "50MB"));
        }

        return new(FormattableString.Invariant($"short of {(ofMemory ? "memory" : "disk")} for {time.TotalSeconds:0.0} s"));
    }
}
