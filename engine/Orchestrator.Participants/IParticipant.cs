using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>A participant with its database. It gives each command one outcome, on any transport.</summary>
public interface IParticipant : IDisposable
{
    /// <summary>The types of its commands, undos and inquiries, by the queue that their <see cref="SentToAttribute"/> names.</summary>
    ILookup<string, Type> Commands { get; }

    /// <summary>The types of the events that it handles, by the queue that subscribes to them.</summary>
    ILookup<string, Type> Events { get; }

    /// <summary>Whether an operation has an effect outside the database. Then messages of one saga are best handled one after
    /// another.</summary>
    bool HasEffects { get; }

    /// <summary>Handles a message. It may come any number of times, and several may be handled at once.</summary>
    /// <param name="message">A message of one of its types.</param>
    /// <param name="cancellationToken">Ends the waiting. The message may have its effect all the same.</param>
    /// <returns>The answer, after the database has committed it. The caller publishes it. Null for an event.</returns>
    /// <exception cref="RejectedMessageException">The message breaks a rule: nothing was stored.</exception>
    /// <exception cref="DeferredMessageException">A row that it needs stays locked by another session: nothing was stored.</exception>
    Task<IStepMessage?> Handle(ISagaMessage message, CancellationToken cancellationToken = default);
}
