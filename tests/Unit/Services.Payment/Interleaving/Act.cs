namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>Code that runs beside others, one effect at a time, in the order of the schedule.</summary>
public sealed class Act(string name, Action<Act> arrived)
{
    TaskCompletionSource<Fate>? _turn;

    public string Name => name;

    /// <summary>The effect that the act waits for; null while it runs and when it has ended.</summary>
    public string? Next { get; private set; }

    /// <summary>Waits for the act's turn. Then the effect happens, or the act dies.</summary>
    public async Task<T> Step<T>(string effect, Func<Task<T>> run)
    {
        _turn = new TaskCompletionSource<Fate>(TaskCreationOptions.RunContinuationsAsynchronously);
        Next = effect;
        arrived(this);
        var fate = await _turn.Task;
        if (fate == Fate.Lost)
            throw new DiedException();
        var result = await run();
        return fate == Fate.Happens ? result : throw new DiedException();
    }

    public void Go(Fate fate)
    {
        Next = null;
        _turn!.SetResult(fate);
    }
}
