namespace Orchestrator.Sagas.Engine;

/// <summary>What a message changes: the new state and what goes out because of it.</summary>
/// <param name="State">The instance after the message.</param>
/// <param name="Flow">Where it stands, without its data.</param>
/// <param name="Outgoing">In the order in which it goes out.</param>
public sealed record Decision<TData>(SagaState<TData> State, FlowState Flow, IReadOnlyList<Outgoing> Outgoing)
    where TData : SagaData;
