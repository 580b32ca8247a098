using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Tests.Unit.Contracts;
using Orchestrator.Tests.Unit.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Unit.Sagas.Engine;

public class Every_state_of_an_order_and_every_message : Every_state_and_every_message<OrderFulfilmentSaga, Order>
{
    protected override ISagaMessage Start => OrderRun.Submitted();

    protected override int FewestStates => 100;
}

/// <summary>Walks through everything that can happen to a saga, and looks at each decision on the way.</summary>
public abstract class Every_state_and_every_message<TSaga, TData>
    where TSaga : StepSaga<TData>, new()
    where TData : SagaData
{
    static readonly DateTimeOffset Begin = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly TSaga _saga = new();
    HashSet<StateSpace.Edge> _edges = null!;

    protected abstract ISagaMessage Start { get; }

    // A walk that breaks off early would find no fault: each step is at least not begun, sent, uncertain and done.
    protected virtual int FewestStates => 4 * _saga.Table.Steps.Length;

    [OneTimeSetUp]
    public void Edges() => _edges = [.. StateSpace.Explore(_saga)];

    [Test]
    public void Is_handled_and_leaves_the_saga_with_a_next_move()
    {
        var messages = Samples().ToList();
        var cancelledInAdvance = _saga.CancelledWith is null ? [] : new[] { messages.Single(message => message.GetType() == _saga.CancelledWith) };
        var seen = new HashSet<string>();
        var queue = new Queue<(SagaState<TData> State, DateTimeOffset? Deadline)>();
        foreach (var first in cancelledInAdvance.Prepend(Start))
        {
            var begun = Decider.Decide(_saga, null, first, new Circumstances(Begin));
            _edges.ShouldContain(new StateSpace.Edge(StateSpace.Initial, first.GetType().Name, begun.Flow.Name(_saga.Table)));
            Enter(begun);
        }

        while (queue.TryDequeue(out var at))
        {
            foreach (var message in messages)
                Enter(Checked(at.State, Fitting(message, at.State), Begin));
            if (at.Deadline is not null)
                Enter(AfterDeadlines(at.State, at.Deadline.Value));
        }

        TestContext.Out.WriteLine($"{seen.Count} states, {messages.Count + 1} messages");
        seen.Count.ShouldBeGreaterThan(FewestStates);

        void Enter(Decision<TData> decision)
        {
            if (seen.Add(Key(decision.State)))
                queue.Enqueue((decision.State, decision.Deadline));
        }
    }

    // Until something changes beside the count of attempts, so that giving up is reached.
    Decision<TData> AfterDeadlines(SagaState<TData> state, DateTimeOffset deadline)
    {
        var before = Key(state);
        for (var i = 0; ; i++)
        {
            i.ShouldBeLessThan(100, $"{before} waits for ever");
            var decision = Checked(state, new DeadlineReached(state.Id, deadline), deadline);
            decision.IsNothing.ShouldBeFalse(before);
            if (Key(decision.State) != before)
                return decision;
            (state, deadline) = (decision.State, decision.Deadline!.Value);
        }
    }

    Decision<TData> Checked(SagaState<TData> before, ISagaMessage message, DateTimeOffset now)
    {
        var decision = Decider.Decide(_saga, before, message, new Circumstances(now));
        var told = $"{message} at {Key(before)} -> {Key(decision.State)}";
        var after = decision.State;
        var (from, to) = (Decider.FlowOf(_saga, before).Name(_saga.Table), decision.Flow.Name(_saga.Table));
        if (from != to)
            _edges.ShouldContain(new StateSpace.Edge(from, message.GetType().Name, to), told);
        Decider.FlowOf(_saga, after).Name(_saga.Table).ShouldBe(to, told);
        (decision.Deadline is not null).ShouldBe(after.Lifecycle is Lifecycle.Running or Lifecycle.Compensating || OthersGoOn(after), told);
        (after.Data.Suspended is not null).ShouldBe(after.Lifecycle == Lifecycle.Suspended, told);
        after.Data.Suspended?.Reason.ShouldNotBeNullOrWhiteSpace(told);
        if (after.Lifecycle == Lifecycle.Completed)
            after.Data.Steps.Values.ShouldAllBe(step => step.Status == StepStatus.Done, told);
        if (after.Lifecycle == Lifecycle.Cancelled)
            _saga.Table.Steps.Where(step => step.Undo is not null).Select(step => StatusOf(after, step)).ShouldBeSubsetOf([StepStatus.Pending, StepStatus.Refused, StepStatus.Undone], told);
        if (_saga.Table.Pivot is { } pivot && StatusOf(after, _saga.Table.Steps[pivot]) is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Done && before.Data.Refused is null)
            decision.Outgoing.ShouldNotContain(outgoing => outgoing.IsUndo, told);
        decision.Outgoing.Select(outgoing => outgoing.MessageId).ShouldBeUnique(told);
        return decision;
    }

    bool OthersGoOn(SagaState<TData> state)
    {
        var flow = Decider.FlowOf(_saga, state);
        return flow.Awaited.Any(step => !flow.IsStuck(step));
    }

    static StepStatus StatusOf(SagaState<TData> state, StepShape step) => state.Data.Steps.GetValueOrDefault(step.Name)?.Status ?? StepStatus.Pending;

    IEnumerable<ISagaMessage> Samples() => _saga.Messages
        .Where(type => type != typeof(DeadlineReached))
        .SelectMany(type => type == Start.GetType() ? [Start] : Variants(type));

    IEnumerable<ISagaMessage> Variants(Type type)
    {
        var parameters = type.GetConstructors().Single().GetParameters();
        IEnumerable<ImmutableList<object?>> all = [[]];
        foreach (var parameter in parameters)
            all = [.. all.SelectMany(values => Values(parameter.ParameterType, parameter.Name!).Select(value => values.Add(value)))];
        return all.Select(values => (ISagaMessage)Activator.CreateInstance(type, [.. values])!);
    }

    IEnumerable<object?> Values(Type type, string name)
    {
        if (name is "Epoch" or "Attempt")
            return [1];
        if (name == "Step")
            return _saga.Table.Steps.Select(step => step.Name);
        if (type == typeof(Guid))
            return [Start.SagaId];
        if (type == typeof(DateTimeOffset))
            return [Begin.AddHours(1)];
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object?>();
        return [Nullable.GetUnderlyingType(type) is null ? Messages.Value(type, absent: false) : null];
    }

    // An answer to the question that is being asked.
    static ISagaMessage Fitting(ISagaMessage message, SagaState<TData> state) =>
        message is IStepInquiry { Step: var step } && state.Data.Steps.GetValueOrDefault(step) is { } record
            ? (ISagaMessage)Activator.CreateInstance(message.GetType(), message.SagaId, record.Epoch, step, record.Attempts)!
            : message;

    string Key(SagaState<TData> state) => string.Join(' ',
        _saga.Table.Steps.Select(step => state.Data.Steps.GetValueOrDefault(step.Name) is { } record ? $"{record.Status}/{record.Waiting}" : "-")
            .Prepend($"{state.Lifecycle}{(state.Data.Refused is null ? "" : " turned")}{(state.Data.Limit is null ? "" : " limited")}{(state.Data.StartedAt is null ? " unknown" : "")}:"));
}
