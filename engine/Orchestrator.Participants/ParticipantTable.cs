using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>Where a participant stores the states of sagas and the outcomes of its acts: rows of many sagas at once.</summary>
/// <remarks>
/// <see cref="StateTable{TState}"/> is the layout for a new participant. <see cref="ActTable{TState}"/> and
/// <see cref="EpochTable{TState}"/> are two more.
/// Derive from one of them, or from this class, to keep tables that exist already.
/// </remarks>
/// <param name="initial">The state of a saga that the participant has not heard of.</param>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
public abstract class ParticipantTable<TState>(TState initial)
    where TState : class
{
    /// <summary>The state of a saga that the participant has not heard of.</summary>
    public TState Initial => initial;

    /// <summary>Whether it stores intents, so that operations may have effects outside the database.</summary>
    public virtual bool StoresIntents => true;

    /// <summary>
    /// Loads what is stored about sagas, and locks it until the transaction ends, in one order for all transactions. What is not stored
    /// must be locked too,
    /// or its second insertion must fail.
    /// </summary>
    public abstract Task Load(Database database, Sql sql, IReadOnlyDictionary<Guid, SagaRecord<TState>> sagas);

    /// <summary>Writes what has changed.</summary>
    public abstract Task Save(Database database, Sql sql, IReadOnlyList<SagaRecord<TState>> sagas);

    /// <summary>The sagas that another session has locked; the others are locked from now on. It waits for no row. PostgreSQL
    /// only.</summary>
    public abstract Task<HashSet<Guid>> Locked(Sql sql, Guid[] sagas);
}
