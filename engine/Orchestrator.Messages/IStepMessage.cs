namespace Orchestrator.Contracts;

/// <summary>A command that performs or undoes a step of a saga, or an outcome that answers one.</summary>
public interface IStepMessage : ISagaMessage
{
    /// <summary>
    /// The number of the try at the step's act, from 1. (saga, operation, epoch) is the idempotency key: a command that is sent again with
    /// the same epoch gets the same outcome. An operator's <c>retry</c> raises it. So does the undo of a success that came after its undo.
    /// </summary>
    int Epoch { get; }
}
