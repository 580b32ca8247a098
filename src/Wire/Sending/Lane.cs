namespace Orchestrator.Wire.Sending;

/// <summary>How many messages may be unconfirmed at once among those that go the same way.</summary>
/// <remarks>
/// When 32 messages of a channel are unconfirmed by one quorum queue, RabbitMQ takes nothing more from that channel and its connection. A queue
/// that has lost its quorum would keep 32 for as long as that lasts, and so stop all that the host sends. While a queue works, more than 32 at
/// once would not be faster.
/// </remarks>
sealed class Lane : IDisposable
{
    const int Most = 26;
    // A receiver that is not yet known to be silent may be tried, also when all others have become silent.
    const int Fewest = 2;

    readonly SemaphoreSlim _places = new(Most, Most);
    readonly Lock _gate = new();
    int _kept;

    /// <summary>Takes a place; returns at once when there is one, even if the waiting is cancelled already.</summary>
    public Task Enter(CancellationToken cancellationToken) =>
        _places.Wait(0, CancellationToken.None) ? Task.CompletedTask : _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    /// <summary>A message that is not confirmed is not waited for any more, but the broker counts it still.</summary>
    /// <returns>Whether its place stays taken until it is confirmed after all.</returns>
    public bool Keep()
    {
        lock (_gate)
        {
            if (_kept >= Most - Fewest)
                return false;
            _kept++;
            return true;
        }
    }

    /// <summary>It was confirmed, or its channel is gone.</summary>
    public void EndKeeping()
    {
        lock (_gate)
            _kept--;
        Leave();
    }

    public void Dispose() => _places.Dispose();
}
