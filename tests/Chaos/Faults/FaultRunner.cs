namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Has faults come by a schedule.</summary>
sealed class FaultRunner(IReadOnlyList<Fault> faults, FaultLog log)
{
    /// <summary>Goes on until the time is over, and returns when every fault that came has ended.</summary>
    /// <param name="seed">Which schedule.</param>
    /// <param name="time">How long faults come.</param>
    /// <param name="afterwards">Called after each.</param>
    /// <param name="stop">The run is broken off.</param>
    public async Task Run(ulong seed, TimeSpan time, Func<Task> afterwards, CancellationToken stop)
    {
        var began = TimeProvider.System.GetTimestamp();
        var overlapped = Task.CompletedTask;
        foreach (var entry in FaultSchedule.Of(seed, [.. faults.Select(fault => fault.Weight)]))
        {
            await Task.Delay(entry.Pause, stop);
            if (TimeProvider.System.GetElapsedTime(began) >= time)
                break;
            var fault = faults[entry.Kind];
            if (!fault.IsOverlapped)
            {
                await log.Strike(fault, entry.Dice, stop);
            }
            else
            {
                // One of these at a time.
                await overlapped;
                overlapped = log.Strike(fault, entry.Dice, stop);
            }

            await afterwards();
        }

        await overlapped;
    }
}
