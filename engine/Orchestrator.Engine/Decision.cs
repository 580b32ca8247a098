namespace Orchestrator.Engine;

/// <summary>What a message changes: the new state and what goes out because of it.</summary>
/// <param name="State">The instance after the message.</param>
/// <param name="Flow">Where it stands, without its data.</param>
/// <param name="Outgoing">In the order in which it goes out.</param>
/// <param name="Deadline">When the saga acts if nothing arrives, in UTC; absent when it waits without limit.</param>
/// <param name="Remark">What a reader of the timeline should know beside the states; absent when they say it all.</param>
/// <param name="IsNothing">Whether the message is not worth recording: a deadline that is not due any more.</param>
public sealed record Decision<TData>(
    SagaState<TData> State, FlowState Flow, IReadOnlyList<Outgoing> Outgoing, DateTimeOffset? Deadline, string? Remark, bool IsNothing)
    where TData : SagaData
{
    /// <summary>What people should learn of now, before the saga needs them; absent when all is as it should be.</summary>
    public string? Warning { get; init; }

    /// <summary>The command that the breaker holds and that the message answers; absent otherwise.</summary>
    public string? Answered { get; init; }
}
