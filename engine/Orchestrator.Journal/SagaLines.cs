using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>
/// Handles the messages of one saga in the order in which they came, so that they rarely conflict over the saga's version. Messages that
/// wait while a batch is under way share the next batch.
/// </summary>
/// <remarks>Each saga has a line of its own while it has messages. A saga that waits for its locked row delays no other.</remarks>
/// <param name="handle">
/// Handles a batch: all messages are of one saga, each with another id. It answers each of them and never throws. It returns why no message
/// can move the saga for now, or nothing.
/// </param>
sealed class SagaLines(Func<IReadOnlyList<WaitingMessage>, Task<DeferredMessageException?>> handle)
{
    const int LargestBatch = 64;

    readonly Lock _lock = new();

    // The messages that wait behind the batch that is under way. A saga without a line has no batch under way.
    readonly Dictionary<(string Kind, Guid SagaId), List<WaitingMessage>> _lines = [];

    /// <summary>Puts the message into the saga's line, and waits for its result.</summary>
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

        // The first message of a line handles batches until no message waits. That belongs to no trace and to no log scope.
        if (ExecutionContext.IsFlowSuppressed())
            _ = HandleAll(saga, message);
        else
        {
            using (ExecutionContext.SuppressFlow())
                _ = HandleAll(saga, message);
        }

        return message.Answer;
    }

    async Task HandleAll((string Kind, Guid SagaId) saga, WaitingMessage first)
    {
        for (List<WaitingMessage> batch = [first]; batch.Count > 0; batch = Next(saga))
        {
            if (await handle(batch) is not { } reason)
                continue;
            // Each further batch would wait as long as the first, and take the places that messages of other sagas need.
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

    /// <returns>The messages of the next batch; empty when no message waits, and from then on the saga has no line.</returns>
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

            var batch = new List<WaitingMessage>();
            var left = new List<WaitingMessage>();
            foreach (var message in waiting)
                (batch.Count < LargestBatch && Fits(message, batch) ? batch : left).Add(message);
            _lines[saga] = left;
            return batch;
        }
    }

    // A copy of a message must be decided after the first one is written.
    static bool Fits(WaitingMessage message, List<WaitingMessage> batch) =>
        !batch.Exists(other => other.Envelope.MessageId == message.Envelope.MessageId);
}
