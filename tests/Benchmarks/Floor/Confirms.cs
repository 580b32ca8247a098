namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>The messages of a channel that the broker has confirmed. The broker may confirm them out of order.</summary>
sealed class Confirms
{
    readonly Lock _lock = new();
    readonly HashSet<ulong> _early = [];
    readonly Queue<(ulong Last, TaskCompletionSource Done)> _waiting = [];
    ulong _confirmed;

    /// <summary>Completes when the broker has confirmed all messages up to one.</summary>
    /// <param name="last">The number of the message. Callers come in the order of these numbers.</param>
    public Task Await(ulong last)
    {
        lock (_lock)
        {
            if (_confirmed >= last)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((last, done));
            return done.Task;
        }
    }

    /// <summary>Notes that the broker has confirmed a message, or all up to it.</summary>
    public void Confirm(ulong number, bool multiple)
    {
        lock (_lock)
        {
            if (multiple)
                _confirmed = Math.Max(_confirmed, number);
            else if (number == _confirmed + 1)
                _confirmed = number;
            else if (number > _confirmed)
                _early.Add(number);
            while (_early.Count > 0 && _early.Remove(_confirmed + 1))
                _confirmed++;
            while (_waiting.TryPeek(out var first) && first.Last <= _confirmed)
                _waiting.Dequeue().Done.SetResult();
        }
    }
}
