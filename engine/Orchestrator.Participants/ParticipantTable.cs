using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>
/// The tables in which a participant stores the states of sagas and the outcomes of its acts. It loads and saves many sagas at once.
/// </summary>
/// <remarks>
/// <see cref="StateTable{TState}"/> is the layout for a new participant. <see cref="ActTable{TState}"/> and
/// <see cref="EpochTable{TState}"/> are two more. Derive from one of them, or from this class, to keep tables that exist already.
/// </remarks>
/// <param name="initial">The state of a saga without a message so far.</param>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
public abstract class ParticipantTable<TState>(TState initial)
    where TState : class
{
    /// <summary>The state of a saga without a message so far.</summary>
    public TState Initial => initial;

    /// <summary>Whether it stores intents, so that operations may have effects outside the database.</summary>
    public virtual bool StoresIntents => true;

    /// <summary>
    /// Loads the rows of sagas, and locks them until the transaction ends, in the same order in all transactions. A saga without rows must
    /// be locked too, or the second insertion of its rows must fail.
    /// </summary>
    public abstract Task Load(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas);

    /// <summary>Writes what has changed.</summary>
    public abstract Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas);

    /// <summary>Returns the sagas that another session has locked, and locks the others. It does not wait. PostgreSQL only.</summary>
    public abstract Task<HashSet<Guid>> Locked(Sql sql, Guid[] sagas);
}
