using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>Walks through a saga, breadth first.</summary>
sealed class SagaWalker<TData>
    where TData : SagaData
{
    // More than the attempts of any step before it is given up.
    const int MostDeadlines = 200;

    readonly StepSaga<TData> _saga;
    readonly ISagaMessage _start;
    readonly IReadOnlyList<ISagaMessage> _messages;
    readonly SagaDecisionCheck<TData> _check;
    readonly HashSet<string> _seen = [];
    readonly Queue<(SagaState<TData> State, DateTimeOffset? Deadline)> _queue = new();

    public SagaWalker(StepSaga<TData> saga, ISagaMessage start, IReadOnlyList<ISagaMessage> samples)
    {
        (_saga, _start) = (saga, start);
        if (!saga.Starts(start.GetType()))
            throw Failed($"{start.GetType().Name} does not start it; {saga.StartedWith?.Name} does");
        if (saga.Violation(start) is { } violation)
            throw Failed($"it does not accept the message that must start it: {violation}");
        _messages = [.. SampleMessages.Of(saga, start, samples)];
        _check = new SagaDecisionCheck<TData>(saga);
    }

    /// <summary>Walks until every state was met.</summary>
    public SagaWalk ToItsEnd()
    {
        foreach (var first in _messages.Where(message => message.GetType() == _saga.CancelledWith).Take(1).Prepend(_start))
            Enter(_check.First(first));
        while (_queue.TryDequeue(out var at))
        {
            foreach (var message in _messages)
                Enter(_check.Next(at.State, Fitting(message, at.State), SampleMessages.Begin));
            if (at.Deadline is { } deadline)
                Enter(AfterDeadlines(at.State, deadline));
        }

        // A walk that ends too early must not pass. Each step has at least three states: awaited, done, and given up or undone.
        var fewest = 3 * _saga.Table.Steps.Length;
        return _seen.Count >= fewest
            ? new SagaWalk(_seen.Count, _messages.Count)
            : throw Failed(FormattableString.Invariant($"the walk met {_seen.Count} states, and there must be at least {fewest}"));
    }

    void Enter(Decision<TData> decision)
    {
        if (_seen.Add(_check.Key(decision.State)))
            _queue.Enqueue((decision.State, decision.Deadline));
    }

    // Lets deadlines pass until more than the count of attempts changes, so that the walk reaches the giving up.
    Decision<TData> AfterDeadlines(SagaState<TData> state, DateTimeOffset deadline)
    {
        var before = _check.Key(state);
        for (var i = 0; i < MostDeadlines; i++)
        {
            var decision = _check.Next(state, new DeadlineReached(state.Id, deadline), deadline);
            if (decision.IsNothing)
                throw Failed($"at {before} it does nothing when its deadline comes");
            if (_check.Key(decision.State) != before)
                return decision;
            if (decision.Deadline is not { } next)
                throw Failed($"at {before} it has no deadline after its deadline has come");
            (state, deadline) = (decision.State, next);
        }

        throw Failed(FormattableString.Invariant($"at {before} nothing changed in {MostDeadlines} deadlines: it waits for ever"));
    }

    // Makes the answer to an inquiry fit the current epoch and attempt of the step.
    static ISagaMessage Fitting(ISagaMessage message, SagaState<TData> state) =>
        message is IStepInquiry { Step: var step } && state.Data.Steps.GetValueOrDefault(step) is { } record
            ? (ISagaMessage)Activator.CreateInstance(message.GetType(), message.SagaId, record.Epoch, step, record.Attempts)!
            : message;

    SagaTestException Failed(string what) => new($"{_saga.Kind}: {what}.");
}
