namespace Orchestrator.MassTransit.Sending;

/// <summary>Limits how many messages of one channel may be unconfirmed at once.</summary>
/// <remarks>
/// When one quorum queue has not confirmed 32 messages of a channel, RabbitMQ takes nothing more from that channel and its connection. A
/// queue that has lost its quorum would keep 32 messages unconfirmed, and so stop everything that the host sends. While a queue works, more
/// than 32 at once are not faster.
/// </remarks>
#pragma warning disable CA1001 // The semaphore holds nothing to be freed, and a stopping host still uses it.
sealed class Lane
#pragma warning restore CA1001
{
    const int Most = 26;

    // So many places stay free for receivers that still confirm, when all others have stopped confirming.
    const int Fewest = 2;

    // The limit of unconfirmed messages that nobody waits for, over all receivers. Together with the fewest free places they stay below the
    // 32 of the broker.
    const int MostAbandoned = 29;

    readonly SemaphoreSlim _places = new(Most, Most);
    readonly Lock _gate = new();
    int _kept, _abandoned;

    /// <summary>Whether no more message may go to the broker until it has confirmed some.</summary>
    public bool IsFull => Volatile.Read(ref _abandoned) >= MostAbandoned;

    /// <summary>
    /// Takes a place. Returns at once when a place is free, even if <paramref name="cancellationToken"/> is already cancelled.
    /// </summary>
    public Task Enter(CancellationToken cancellationToken) =>
        _places.Wait(0, CancellationToken.None) ? Task.CompletedTask : _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    /// <summary>
    /// Notes that nobody waits any more for an unconfirmed message. The broker still counts it, so its place stays taken, unless few places
    /// are left.
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

    /// <summary>Notes that such a message was confirmed, or that its channel is closed.</summary>
    public void EndKeeping()
    {
        lock (_gate)
        {
            _abandoned--;
            // Messages that gave back their places are counted out first.
            if (_abandoned >= _kept)
                return;
            _kept--;
        }

        Leave();
    }
}
