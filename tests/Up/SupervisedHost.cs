using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Up;

/// <summary>A host that is started again when it ends.</summary>
/// <param name="start">Starts the host.</param>
/// <param name="restarts">True to start the host again.</param>
sealed class SupervisedHost(Func<HostProcess> start, bool restarts)
{
    const int LinesTold = 15;

    readonly TaskCompletionSource<string> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when the host takes messages for the first time, with its name and address, or when it has ended before.
    /// </summary>
    public Task<string> Begun => _begun.Task;

    /// <summary>Runs the host until it is told to stop.</summary>
    public async Task Run(CancellationToken stop)
    {
        var pauses = new Pauses(TimeProvider.System);
        while (true)
        {
            await using var host = start();
            var up = TellWhenReady(host);
            await Task.WhenAny(host.Ended, Task.Delay(Timeout.Infinite, stop));
            if (stop.IsCancellationRequested)
            {
                if (!host.HasExited)
                    await host.Stop();
                return;
            }

            var (code, pause) = (await host.Exit(), pauses.Next());
            await up;
            _begun.TrySetResult($"{host.Name,-32} has ended");
            var next = restarts ? $"it is started again in {pause.TotalSeconds} s" : "it is not started again";
            Console.WriteLine($"""
                {host.Name} ended by itself with exit code {code}; {next}. Its last output:
                  {string.Join($"{Environment.NewLine}  ", host.Output.Split(Environment.NewLine).TakeLast(LinesTold))}
                """);
            if (!restarts || !await pauses.Wait(pause, stop))
                return;
        }
    }

    async Task TellWhenReady(HostProcess host)
    {
        try
        {
            await host.Ready();
        }
        catch (InvalidOperationException) when (host.HasExited)
        {
            // Its end is reported elsewhere.
            return;
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }

        if (!_begun.TrySetResult($"{host.Name,-32} {host.Health}"))
            Console.WriteLine($"{host.Name} is there again.");
    }
}
