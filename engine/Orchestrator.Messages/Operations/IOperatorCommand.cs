namespace Orchestrator.Contracts.Operations;

/// <summary>
/// An operator steers one saga. Answered by <see cref="OperatorCommandAccepted"/> or <see cref="OperatorCommandRefused"/>.
/// </summary>
public interface IOperatorCommand : ISagaMessage
{
    /// <summary>
    /// The version of the saga that the operator saw. The command is refused if the saga has moved since. Absent: any version.
    /// </summary>
    long? Version { get; }

    /// <summary>Who gives the command.</summary>
    string Actor { get; }

    /// <summary>Why.</summary>
    string Note { get; }
}

/// <summary>The command has been carried out.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Command">The command's name.</param>
[PublicEvent]
public sealed record OperatorCommandAccepted(Guid SagaId, string Command) : ISagaMessage;

/// <summary>The command was refused and changed nothing.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Command">The command's name.</param>
/// <param name="Reason">Why, and what could be done instead.</param>
[PublicEvent]
public sealed record OperatorCommandRefused(Guid SagaId, string Command, string Reason) : ISagaMessage;
