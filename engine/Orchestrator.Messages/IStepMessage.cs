namespace Orchestrator.Contracts;

/// <summary>A command that performs or undoes a step of a saga, or an outcome that answers one.</summary>
public interface IStepMessage : ISagaMessage
{
    /// <summary>
    /// Which try at the business act this is, from 1. (saga, operation, epoch) is the idempotency key: the same
    /// epoch sent again gets the same outcome. Only an operator raises it, after a refusal that was stored.
    /// </summary>
    int Epoch { get; }
}
