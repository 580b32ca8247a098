using Orchestrator.Engine;

namespace Orchestrator.Journal.Telemetry;

/// <summary>A transition of a saga, for logs, metrics and traces.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="SagaId">The saga.</param>
/// <param name="Message">The message.</param>
/// <param name="Before">Its row before; absent when the message started it.</param>
/// <param name="Had">Its data before; absent when the message started it.</param>
/// <param name="Change">What is written.</param>
/// <param name="Has">Its data after.</param>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Deadline">The deadline that woke the saga, if a deadline moved it.</param>
public sealed record ObservedTransition(
    string Kind, Guid SagaId, Envelope Message, SagaRow? Before, SagaData? Had, SagaChange Change, SagaData Has, DateTimeOffset At,
    DateTimeOffset? Deadline)
{
    /// <summary>True when the message started the saga.</summary>
    public bool IsStart => Before is null;

    /// <summary>True when the message ended the saga.</summary>
    public bool IsEnd => Change.IsTerminal && Before?.CompletedAt is null;

    /// <summary>True when the message turned the saga back.</summary>
    public bool IsTurn => Has.Refused is not null && Had?.Refused is null;

    /// <summary>True when the message suspended the saga.</summary>
    public bool IsSuspension => Has.Suspended is not null && Had?.Suspended is null;

    /// <summary>True when the saga has turned back, waits or waited for an operator, or was woken by a deadline.</summary>
    public bool IsTrouble => Has.Refused is not null || Has.Suspended is not null || Had?.Suspended is not null || Deadline is not null;
}
