namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>What of a channel's messages the broker has confirmed; it may do so out of turn.</summary>
sealed class Confirms
{
    readonly Lock _lock = new();
    readonly HashSet<ulong> _early = [];
    readonly Queue<(ulong Last, TaskCompletionSource Done)> _waiting = [];
    ulong _confirmed;

    /// <summary>Completes when everything up to a message is confirmed.</summary>
    /// <param name="last">The message's number; callers come in the order of these.</param>
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

    /// <summary>The broker has a message, or all up to it.</summary>
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
