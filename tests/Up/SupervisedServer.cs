namespace Orchestrator.Tests.Up;

/// <summary>A server that is started again, with its data, when it ends.</summary>
/// <param name="name">The name of the server.</param>
/// <param name="isRunning">True while the server runs.</param>
/// <param name="startAgain">Starts the server again.</param>
/// <param name="restarts">True to start the server again.</param>
sealed class SupervisedServer(string name, Func<bool> isRunning, Func<Task> startAgain, bool restarts)
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Watches the server until it is told to stop.</summary>
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

    /// <returns>True when the server has ended, false when the watch is over.</returns>
    async Task<bool> HasEnded(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && isRunning())
            await Task.WhenAny(Task.Delay(Look, stop));
        return !stop.IsCancellationRequested;
    }
}
