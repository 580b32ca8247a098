namespace Orchestrator.Journal;

/// <summary>
/// Lets the messages of one saga through in the order in which they came, so that they rarely meet at the version guard; those
/// that wait while a turn is under way share the next.
/// </summary>
/// <remarks>Sagas share a fixed number of places, and those of one place take turns.</remarks>
/// <param name="take">Takes a turn: all messages are of one saga, each with another id. It answers each of them and never throws.</param>
sealed class SagaTurns(Func<IReadOnlyList<WaitingMessage>, Task> take)
{
    const int LargestTurn = 64;

    readonly Place[] _places = [.. Enumerable.Range(0, 1024).Select(_ => new Place())];

    /// <summary>Waits for the saga's turn and what becomes of the message in it.</summary>
    public Task<IReadOnlyList<OutgoingEnvelope>> Join(WaitingMessage message)
    {
        var place = _places[(uint)message.SagaId.GetHashCode() % (uint)_places.Length];
        if (place.Enter(message))
        {
            // Whoever finds the place free takes turns until nobody waits, and that belongs to no one's trace, nor to anybody's log scope.
            if (ExecutionContext.IsFlowSuppressed())
                _ = TakeAll(place);
            else
            {
                using (ExecutionContext.SuppressFlow())
                    _ = TakeAll(place);
            }
        }

        return message.Answer;
    }

    async Task TakeAll(Place place)
    {
        while (place.Next() is { Count: > 0 } turn)
            await take(turn);
    }

    /// <summary>Where the messages of some sagas wait.</summary>
    sealed class Place
    {
        readonly Lock _lock = new();
        List<WaitingMessage> _waiting = [];
        bool _busy;

        /// <returns>Whether nobody takes turns here yet.</returns>
        public bool Enter(WaitingMessage message)
        {
            lock (_lock)
            {
                _waiting.Add(message);
                return !_busy && (_busy = true);
            }
        }

        /// <returns>The messages of the next turn; empty when nobody waits, and from then on the place is free.</returns>
        public IReadOnlyList<WaitingMessage> Next()
        {
            lock (_lock)
            {
                if (_waiting.Count <= 1)
                {
                    IReadOnlyList<WaitingMessage> all = _waiting.Count == 0 ? [] : [_waiting[0]];
                    _busy = all.Count > 0;
                    _waiting.Clear();
                    return all;
                }

                var turn = new List<WaitingMessage>();
                var left = new List<WaitingMessage>();
                foreach (var message in _waiting)
                    (turn.Count < LargestTurn && Fits(message, turn) ? turn : left).Add(message);
                _waiting = left;
                return turn;
            }
        }

        // Another copy of a message must find what became of the first.
        static bool Fits(WaitingMessage message, List<WaitingMessage> turn) =>
            turn.Count == 0
            || (turn[0].SagaId == message.SagaId && turn[0].Kind.Name == message.Kind.Name
                && !turn.Exists(other => other.Envelope.MessageId == message.Envelope.MessageId));
    }
}
