namespace Orchestrator.Participants;

/// <summary>One try of a participant at one operation of one saga, and its outcome. (saga, operation, epoch) is the idempotency key: each
/// key has one outcome.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Operation">The name of the command or of the event.</param>
/// <param name="Epoch">The epoch of the command.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Said">The reason of a refusal, or a text that the decision kept with a success.</param>
public sealed record Act(Guid SagaId, string Operation, int Epoch, ActStatus Status, string? Said = null);
