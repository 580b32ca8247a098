namespace Orchestrator.Journal;

/// <summary>
/// Lets the messages of one saga through one at a time within a process, so that they rarely meet at the version guard.
/// Sagas share a fixed number of locks.
/// </summary>
sealed class StripedLocks
{
    readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<Held> Enter(Guid id, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)id.GetHashCode() % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Held(stripe);
    }

    public readonly struct Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
