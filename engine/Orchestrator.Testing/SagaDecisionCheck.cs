using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>Checks the conditions that every decision of every saga must meet.</summary>
sealed class SagaDecisionCheck<TData>(StepSaga<TData> saga)
    where TData : SagaData
{
    readonly HashSet<StateSpace.Edge> _edges = [.. StateSpace.Explore(saga)];

    /// <summary>Decides on the first message of a saga.</summary>
    /// <exception cref="SagaTestException">A condition is not met.</exception>
    public Decision<TData> First(ISagaMessage message)
    {
        var decision = Decide(null, message, SampleMessages.Begin);
        var told = $"{message.GetType().Name} before anything else";
        CheckEdge(StateSpace.Initial, message, decision, told);
        CheckOutgoing(decision, told);
        return decision;
    }

    /// <summary>Decides on a further message.</summary>
    /// <exception cref="SagaTestException">A condition is not met.</exception>
    public Decision<TData> Next(SagaState<TData> before, ISagaMessage message, DateTimeOffset now)
    {
        var decision = Decide(before, message, now);
        var told = $"{message} at {Key(before)} -> {Key(decision.State)}";
        CheckEdge(Decider.FlowOf(saga, before).Name(saga.Table), message, decision, told);
        CheckState(decision, told);
        CheckPivot(before, decision, told);
        CheckOutgoing(decision, told);
        return decision;
    }

    /// <summary>A key that is different for each state, and that people can read.</summary>
    public string Key(SagaState<TData> state) => string.Join(' ',
        saga.Table.Steps
            .Select(step => state.Data.Steps.GetValueOrDefault(step.Name) is { } record ? $"{record.Status}/{record.Waiting}" : "-")
            .Prepend(state.Lifecycle + (state.Data.Refused is null ? "" : " turned") + (state.Data.Limit is null ? "" : " limited")
                + (state.Data.StartedAt is null ? " unknown" : "") + ":"));

    Decision<TData> Decide(SagaState<TData>? before, ISagaMessage message, DateTimeOffset now)
    {
        try
        {
            return Decider.Decide(saga, before, message, new Circumstances(now));
        }
#pragma warning disable CA1031 // Every exception of the table is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new SagaTestException(
                $"{saga.Kind}: {message} at {(before is null ? StateSpace.Initial : Key(before))} throws {e.GetType().Name}: {e.Message} "
                + "Data that an outcome brings may be missing, because an operator may resolve a step without it.");
        }
    }

    void CheckEdge(string from, ISagaMessage message, Decision<TData> decision, string told)
    {
        var to = decision.Flow.Name(saga.Table);
        var isKnown = from == to || _edges.Contains(new StateSpace.Edge(from, message.GetType().Name, to));
        Expect(isKnown, $"the table has no way from '{from}' to '{to}'", told);
        Expect(Decider.FlowOf(saga, decision.State).Name(saga.Table) == to, $"what is stored is not '{to}'", told);
    }

    void CheckState(Decision<TData> decision, string told)
    {
        var (after, flow) = (decision.State, Decider.FlowOf(saga, decision.State));
        var goesOn = after.Lifecycle is Lifecycle.Running or Lifecycle.Compensating || flow.Awaited.Any(step => !flow.IsStuck(step));
        var hasDeadline = decision.Deadline is not null;
        Expect(
            hasDeadline == goesOn, goesOn ? "it is unfinished and has no deadline" : "it has a deadline and nothing to do then", told);
        var isSuspended = after.Lifecycle == Lifecycle.Suspended;
        Expect(
            isSuspended == (after.Data.Suspended is not null), "its state and its record of a suspension contradict each other", told);
        Expect(!isSuspended || !string.IsNullOrWhiteSpace(after.Data.Suspended!.Reason), "it is suspended without a reason", told);
        if (after.Lifecycle == Lifecycle.Completed)
        {
            var areDone = after.Data.Steps.Values.All(step => step.Status == StepStatus.Done);
            Expect(areDone, "it is completed, and not every step is done", told);
        }

        if (after.Lifecycle == Lifecycle.Cancelled)
        {
            var kept = saga.Table.Steps.FirstOrDefault(step =>
                step.Undo is not null && StatusOf(after, step) is not (StepStatus.Pending or StepStatus.Refused or StepStatus.Undone));
            Expect(kept is null, $"it is cancelled, and {kept?.Name} is not undone", told);
        }
    }

    void CheckPivot(SagaState<TData> before, Decision<TData> decision, string told)
    {
        if (saga.Table.Pivot is not { } pivot || before.Data.Refused is not null)
            return;
        var isSent = StatusOf(decision.State, saga.Table.Steps[pivot]) is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Done;
        Expect(!isSent || !decision.Outgoing.Any(outgoing => outgoing.IsUndo), "its pivot was sent, and something is undone", told);
    }

    void CheckOutgoing(Decision<TData> decision, string told)
    {
        var ids = decision.Outgoing.Select(outgoing => outgoing.MessageId).Distinct().Count();
        Expect(ids == decision.Outgoing.Count, "two messages that it sends have one id", told);
        foreach (var message in decision.Outgoing.Select(outgoing => outgoing.Message))
        {
            var name = message.GetType().Name;
            Expect(message.SagaId == decision.State.Id, $"it sends {name} for another saga", told);
            var missing = MissingValue.In(message);
            Expect(missing is null, $"it sends {name} without {missing}, which is null", told);
        }
    }

    static StepStatus StatusOf(SagaState<TData> state, StepShape step) =>
        state.Data.Steps.GetValueOrDefault(step.Name)?.Status ?? StepStatus.Pending;

    void Expect(bool holds, string violation, string told)
    {
        if (!holds)
            throw new SagaTestException($"{saga.Kind}: {violation} ({told}).");
    }
}
