namespace Orchestrator.MassTransit.Sending;

/// <summary>How many messages may be unconfirmed at once among those that go the same way.</summary>
/// <remarks>
/// When 32 messages of a channel are unconfirmed by one quorum queue, RabbitMQ takes nothing more from that channel and its connection. A
/// queue that has lost its quorum would keep 32 for as long as that lasts, and so stop all that the host sends. While a queue works, more
/// than 32 at once would not be faster.
/// </remarks>
#pragma warning disable CA1001 // The semaphore holds nothing to be freed, and while a host stops, messages that are under way still go through it.
sealed class Lane
#pragma warning restore CA1001
{
    const int Most = 26;

    // A receiver that is not yet known to be silent may be tried, also when all others have become silent.
    const int Fewest = 2;

    // Of those that nobody waits for, whichever their receivers: with the fewest under way they are still less than the broker bears.
    const int MostAbandoned = 29;

    readonly SemaphoreSlim _places = new(Most, Most);
    readonly Lock _gate = new();
    int _kept, _abandoned;

    /// <summary>Whether the broker may not get one message more before it has confirmed some.</summary>
    public bool IsFull => Volatile.Read(ref _abandoned) >= MostAbandoned;

    /// <summary>Takes a place; returns at once when there is one, even if the waiting is cancelled already.</summary>
    public Task Enter(CancellationToken cancellationToken) =>
        _places.Wait(0, CancellationToken.None) ? Task.CompletedTask : _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    /// <summary>
    /// A message that is not confirmed is not waited for any more, but the broker counts it still. Its place stays taken, unless few are
    /// left.
    /// </summary>
    public void Keep()
    {
        lock (_gate)
        {
            _abandoned++;
            if (_kept < Most - Fewest)
            {
                _kept++;
                return;
            }
        }

        Leave();
    }

    /// <summary>One of these was confirmed, or its channel is gone.</summary>
    public void EndKeeping()
    {
        lock (_gate)
        {
            _abandoned--;
            // Those that gave their places back are counted first.
            if (_abandoned >= _kept)
                return;
            _kept--;
        }

        Leave();
    }
}
