using Orchestrator.Engine;

namespace Orchestrator.Journal.Telemetry;

/// <summary>What a message made of a saga, for those who watch.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="SagaId">The saga.</param>
/// <param name="Message">The message.</param>
/// <param name="Before">Its row before; absent when the message started it.</param>
/// <param name="Had">What it kept before; absent when the message started it.</param>
/// <param name="Change">What is written.</param>
/// <param name="Has">What it keeps from now on.</param>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Deadline">The deadline by which it was woken, if that is what moved it.</param>
public sealed record ObservedTransition(
    string Kind, Guid SagaId, Envelope Message, SagaRow? Before, SagaData? Had, SagaChange Change, SagaData Has, DateTimeOffset At,
    DateTimeOffset? Deadline)
{
    /// <summary>Whether the message started it.</summary>
    public bool IsStart => Before is null;

    /// <summary>Whether it has ended by it.</summary>
    public bool IsEnd => Change.IsTerminal && Before?.CompletedAt is null;

    /// <summary>Whether it has turned back by it.</summary>
    public bool IsTurn => Has.Refused is not null && Had?.Refused is null;

    /// <summary>Whether it waits for an operator since.</summary>
    public bool IsSuspension => Has.Suspended is not null && Had?.Suspended is null;

    /// <summary>Whether it is on its way back, waits for an operator, or had to be woken.</summary>
    public bool IsTrouble => Has.Refused is not null || Has.Suspended is not null || Had?.Suspended is not null || Deadline is not null;
}
