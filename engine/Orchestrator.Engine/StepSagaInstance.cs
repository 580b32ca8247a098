using MassTransit;

namespace Orchestrator.Engine;

/// <summary>A saga as MassTransit's state machine holds it.</summary>
/// <remarks>The state machine's state is the lifecycle with what is awaited, such as <c>Running: BookShipment</c>.</remarks>
public sealed class StepSagaInstance<TData> : SagaStateMachineInstance
    where TData : SagaData
{
    /// <inheritdoc />
    public Guid CorrelationId { get; set; }

    /// <summary>The state machine's state; absent before the first message.</summary>
    public string? CurrentState { get; set; }

    /// <summary>Where it stands in its life.</summary>
    public Lifecycle Lifecycle { get; set; }

    /// <summary>The names of the awaited steps; absent when none is awaited.</summary>
    public string? Awaited { get; set; }

    /// <summary>When it acts if nothing arrives, in UTC; absent when it waits without limit.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>What a reader of the timeline should know about the last message.</summary>
    public string? Remark { get; set; }

    /// <summary>Whether the last message is not worth recording.</summary>
    public bool IsUntouched { get; set; }

    /// <summary>The command that the breaker holds and that the last message answered; absent otherwise.</summary>
    public string? Answered { get; set; }

    /// <summary>How many transitions it has made.</summary>
    public long Version { get; set; }

    /// <summary>What it keeps; absent before the first message.</summary>
    public TData? Data { get; set; }
}
