namespace Orchestrator.Engine;

/// <summary>What a message changes: the new state and the messages to send.</summary>
/// <param name="State">The saga after the message.</param>
/// <param name="Flow">The state without the data.</param>
/// <param name="Outgoing">The messages to send, in this order.</param>
/// <param name="Deadline">When the saga acts if nothing arrives, in UTC; absent when it waits without limit.</param>
/// <param name="Remark">What a reader of the timeline should know beside the states; absent when the states say it all.</param>
/// <param name="IsNothing">True when the message is not recorded, because its deadline is not due any more.</param>
public sealed record Decision<TData>(
    SagaState<TData> State, FlowState Flow, IReadOnlyList<Outgoing> Outgoing, DateTimeOffset? Deadline, string? Remark, bool IsNothing)
    where TData : SagaData
{
    /// <summary>What people should know before the saga needs them; absent when all is well.</summary>
    public string? Warning { get; init; }

    /// <summary>The command that the breaker holds and that the message answers; absent otherwise.</summary>
    public string? Answered { get; init; }
}
