namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>Something that runs beside others, one effect at a time, when the schedule says so.</summary>
public sealed class Act(string name, Action<Act> arrived)
{
    TaskCompletionSource<Fate>? _turn;

    public string Name => name;

    /// <summary>The effect it waits to have; null while it runs and once it has ended.</summary>
    public string? Next { get; private set; }

    /// <summary>Waits for the act's turn, then has the effect, or dies.</summary>
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
