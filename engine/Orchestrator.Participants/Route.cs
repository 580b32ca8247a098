using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>How messages of one type are handled.</summary>
/// <param name="Check">Refuses a message that breaks a rule.</param>
/// <param name="Decide">Decides on the message, and gives the answer or the work outside the database before it.</param>
/// <param name="Keys">The keys of the shared rows that it names.</param>
sealed record Route<TState>(
    Action<ISagaMessage> Check, Func<SagaRecord<TState>, ISagaMessage, DateTimeOffset, Step<TState>> Decide, Func<ISagaMessage,
    IReadOnlyCollection<string>> Keys)
    where TState : class;
