namespace Orchestrator.Tests.Up;

/// <summary>A server that is started again, with its data, whenever it ends.</summary>
/// <param name="name">Its name.</param>
/// <param name="isRunning">Whether it runs.</param>
/// <param name="startAgain">Starts it after its end.</param>
/// <param name="restarts">Whether it is started again; otherwise it stays away.</param>
sealed class SupervisedServer(string name, Func<bool> isRunning, Func<Task> startAgain, bool restarts)
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Watches it until it is told to stop.</summary>
    public async Task Run(CancellationToken stop)
    {
        for (var pauses = new Pauses(TimeProvider.System); await HasEnded(stop);)
        {
            var pause = pauses.Next();
            Console.WriteLine(
                $"{name} ended by itself; {(restarts ? $"it is started again in {pause.TotalSeconds} s" : "it is not started again")}.");
            if (!restarts || !await pauses.Wait(pause, stop))
                return;
            try
            {
                await startAgain();
                Console.WriteLine($"{name} is there again, with its data.");
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine(e.Message);
            }
        }
    }

    /// <returns>True when it has ended, false when it need not be watched any more.</returns>
    async Task<bool> HasEnded(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && isRunning())
            await Task.WhenAny(Task.Delay(Look, stop));
        return !stop.IsCancellationRequested;
    }
}
