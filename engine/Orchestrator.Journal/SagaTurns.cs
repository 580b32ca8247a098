using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>
/// Lets the messages of one saga through in the order in which they came, so that they rarely meet at the version guard; those
/// that wait while a turn is under way share the next.
/// </summary>
/// <remarks>Each saga has a line of its own while it has messages: one that waits for its locked row holds up no other.</remarks>
/// <param name="take">
/// Takes a turn: all messages are of one saga, each with another id. It answers each of them and never throws. It returns why no message can move the
/// saga for now, or nothing.
/// </param>
sealed class SagaTurns(Func<IReadOnlyList<WaitingMessage>, Task<DeferredMessageException?>> take)
{
    const int LargestTurn = 64;

    readonly Lock _lock = new();

    // The messages that wait behind the turn that is under way. A saga without a line has no turn under way.
    readonly Dictionary<(string Kind, Guid SagaId), List<WaitingMessage>> _lines = [];

    /// <summary>Waits for the saga's turn and what becomes of the message in it.</summary>
    public Task<IReadOnlyList<OutgoingEnvelope>> Join(WaitingMessage message)
    {
        var saga = (message.Kind.Name, message.SagaId);
        lock (_lock)
        {
            if (_lines.TryGetValue(saga, out var line))
            {
                line.Add(message);
                return message.Answer;
            }

            _lines.Add(saga, []);
        }

        // Whoever finds no turn under way takes turns until nobody waits, and that belongs to no one's trace, nor to anybody's log scope.
        if (ExecutionContext.IsFlowSuppressed())
            _ = TakeAll(saga, message);
        else
        {
            using (ExecutionContext.SuppressFlow())
                _ = TakeAll(saga, message);
        }

        return message.Answer;
    }

    async Task TakeAll((string Kind, Guid SagaId) saga, WaitingMessage first)
    {
        for (List<WaitingMessage> turn = [first]; turn.Count > 0; turn = Next(saga))
        {
            if (await take(turn) is not { } reason)
                continue;
            // Turn after turn would wait as long as the first, and keep the places that messages of other sagas need.
            foreach (var message in EveryoneIn(saga))
                message.Fail(reason);
        }
    }

    List<WaitingMessage> EveryoneIn((string Kind, Guid SagaId) saga)
    {
        lock (_lock)
        {
            var waiting = _lines[saga];
            _lines[saga] = [];
            return waiting;
        }
    }

    /// <returns>The messages of the next turn; empty when nobody waits, and from then on the saga has no line.</returns>
    List<WaitingMessage> Next((string Kind, Guid SagaId) saga)
    {
        lock (_lock)
        {
            var waiting = _lines[saga];
            if (waiting.Count == 0)
            {
                _lines.Remove(saga);
                return [];
            }

            var turn = new List<WaitingMessage>();
            var left = new List<WaitingMessage>();
            foreach (var message in waiting)
                (turn.Count < LargestTurn && Fits(message, turn) ? turn : left).Add(message);
            _lines[saga] = left;
            return turn;
        }
    }

    // Another copy of a message must find what became of the first.
    static bool Fits(WaitingMessage message, List<WaitingMessage> turn) => !turn.Exists(other => other.Envelope.MessageId == message.Envelope.MessageId);
}
