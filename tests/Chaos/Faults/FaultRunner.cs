namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>Makes faults by a schedule.</summary>
sealed class FaultRunner(IReadOnlyList<Fault> faults, FaultLog log)
{
    /// <summary>Makes faults until the time is over. It returns when every fault has ended.</summary>
    /// <param name="seed">The seed of the schedule.</param>
    /// <param name="time">For how long faults come.</param>
    /// <param name="afterwards">Called after each fault.</param>
    /// <param name="stop">Interrupts the run.</param>
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
                // Only one of these at a time.
                await overlapped;
                overlapped = log.Strike(fault, entry.Dice, stop);
            }

            await afterwards();
        }

        await overlapped;
    }
}
