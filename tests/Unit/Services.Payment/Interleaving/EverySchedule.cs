using System.Threading.Channels;

namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>Runs code under every possible schedule.</summary>
public static class EverySchedule
{
    const int AtOnce = 32;

    /// <returns>The number of schedules.</returns>
    public static async Task<int> Of(int faults, int switches, Func<Schedule, Task> run)
    {
        var untried = Channel.CreateUnbounded<int[]>();
        untried.Writer.TryWrite([]);
        var (count, left) = (0, 1);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(Worker)));
        return count;

        async Task Worker()
        {
            await foreach (var choices in untried.Reader.ReadAllAsync())
            {
                var schedule = new Schedule(choices, faults, switches);
                try
                {
                    await run(schedule);
                }
                catch (Exception e)
                {
                    untried.Writer.TryComplete();
                    throw new AssertionException($"Under this schedule: {schedule}\n{e.Message}", e);
                }

                Interlocked.Increment(ref count);
                foreach (var other in schedule.Others())
                {
                    Interlocked.Increment(ref left);
                    untried.Writer.TryWrite(other);
                }

                if (Interlocked.Decrement(ref left) == 0)
                    untried.Writer.TryComplete();
            }
        }
    }
}
