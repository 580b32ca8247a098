using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>A step table compiled into a MassTransit state machine: its tests, its graph and its tooling work.</summary>
/// <remarks>
/// Every state handles every message of the table; what a message changes is the <see cref="Decider"/>'s word, and the
/// transitions between the states are those that the table can make.
/// </remarks>
public sealed class StepSagaStateMachine<TData> : MassTransitStateMachine<StepSagaInstance<TData>>, IMessageRoleVisitor<TData>
    where TData : SagaData
{
    readonly StepSaga<TData> _definition;
    readonly ILookup<(string From, string Message), string> _targets;
    readonly List<State> _states;
    readonly HashSet<string> _names;

    readonly TimeProvider _time;

    /// <summary>Compiles a table.</summary>
    /// <param name="definition">The table.</param>
    /// <param name="time">The clock, for a saga repository that does not bring the time of its store (<see cref="TransitionTime"/>).</param>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public StepSagaStateMachine(StepSaga<TData> definition, TimeProvider time)
    {
        _definition = definition;
        _time = time;
        var roles = definition.Roles.Values;
        var edges = StateSpace.Explore(definition);
        _targets = edges.ToLookup(edge => (edge.From, edge.Message), edge => edge.To);

        Name(definition.Kind);
        InstanceState(instance => instance.CurrentState);
        // What a lifecycle alone names is for instances of an earlier version that stand where this table never would.
        _states = [Initial, .. edges.Select(edge => edge.To).Concat(Enum.GetNames<Lifecycle>()).Distinct().Select(State)];
        _names = [.. _states.Select(state => state.Name)];
        foreach (var role in roles)
            role.Accept(this);
    }

    /// <summary>The state in which an instance stands, whichever version of the table left it there.</summary>
    /// <remarks>
    /// An earlier version may have had other groups of steps or another order, so this table may never wait for what the instance waits for. Its
    /// decisions do not need a name for that; the state machine does, and gets the lifecycle's.
    /// </remarks>
    public string StateOf(SagaState<TData> instance)
    {
        var name = Decider.FlowOf(_definition, instance).Name(_definition.Table);
        return _names.Contains(name) ? name : instance.Lifecycle.ToString();
    }

    void IMessageRoleVisitor<TData>.Visit<TMessage>(MessageRole<TData> role)
    {
        var message = Event<TMessage>(typeof(TMessage).Name, correlation =>
        {
            correlation.CorrelateById(context => context.Message.SagaId);
            correlation.ConfigureConsumeTopology = true;
            // Without this, MassTransit drops a message whose saga does not exist, silently.
            correlation.OnMissingInstance(missing => missing.ExecuteAsync(context => NoSuchSaga(context, role)));
        });

        var begins = role == _definition.Start || role == _definition.Cancel;
        foreach (var state in _states.Where(state => begins || state != Initial))
        {
            var binder = When(message).Add(new DecideActivity<TData, TMessage>(_definition, _time));
            binder = _targets[(state.Name, typeof(TMessage).Name)].Aggregate(binder, (bound, target) => bound.If(
                context => FlowState.Name(context.Saga.Lifecycle.ToString(), context.Saga.Awaited) == target,
                then => then.TransitionTo(State(target))));
            During(state, binder);
        }
    }

    Task NoSuchSaga<TMessage>(ConsumeContext<TMessage> context, MessageRole<TData> role)
        where TMessage : class, ISagaMessage
    {
        var sagaId = context.Message.SagaId;
        if (context.Message is not IOperatorCommand)
        {
            // As long as the step would wait for it; by then the saga, had it started when this was sent, would have given up.
            if (role.Step >= 0 && _definition.AllSteps[role.Step].Timing.Limit is var limit && _time.GetUtcNow() - context.SentTime > limit)
                throw new RejectedMessageException($"{typeof(TMessage).Name} is for {_definition.Kind} {sagaId}, which has not come into being within {limit}");
            throw Decider.NotThere(_definition, role, sagaId);
        }

        var reason = $"there is no {_definition.Kind} {sagaId}";
        EngineLog.Warning?.Log("{Command} is refused: {Reason}", typeof(TMessage).Name, reason);
        return DecideActivity.Send(context, new Outgoing(
            DerivedId.From(_definition.Kind, sagaId.ToString(), context.MessageId?.ToString() ?? ""),
            new OperatorCommandRefused(sagaId, typeof(TMessage).Name, reason), null, null, 0, false));
    }
}
