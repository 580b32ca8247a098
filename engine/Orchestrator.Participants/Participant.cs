using System.Reflection;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>A participant: a state record for each saga, a table, and operations whose decisions are functions of (state,
/// command).</summary>
/// <remarks>
/// <para>
/// A derived class states its operations in its constructor. The rest is done here. Each idempotency key (saga, operation, epoch) has one
/// outcome, and a command that comes again gets the same answer. An undo that comes first leaves a tombstone, which refuses its command
/// later. Undo wins over do. An inquiry is answered by the stored outcome itself, or by "unknown".
/// </para>
/// <para>
/// Messages that wait at the same time share one transaction, at most one message of each saga. A message that throws changes nothing, and
/// the others are run again without it. A row that another session has locked delays only the messages that need it
/// (<see cref="SharedTransactions{TKey, TState}"/>). So a decision may run several times for one message, and must have no side effects.
/// </para>
/// </remarks>
/// <typeparam name="TState">The state record of one saga at this participant.</typeparam>
public abstract class Participant<TState> : IParticipant
    where TState : class
{
    readonly List<(string Queue, Type Event)> _events = [];
    readonly Database _database;
    readonly ParticipantTable<TState> _table;
    readonly SharedRows? _shared;
    readonly SharedTransactions<Claim, SagaRecord<TState>> _sagas;

    /// <summary>A participant in a database.</summary>
    /// <param name="database">The database. The participant's migrations have migrated its tables to this version.</param>
    /// <param name="table">Where the states and outcomes are stored.</param>
    protected Participant(Database database, ParticipantTable<TState> table) : this(database, table, null)
    {
    }

    private protected Participant(Database database, ParticipantTable<TState> table, SharedRows? shared)
    {
        (_database, _table, _shared) = (database, table, shared);
        _sagas = new SharedTransactions<Claim, SagaRecord<TState>>(database, Load, Save, AreLocked);
    }

    internal Dictionary<Type, Route<TState>> Routes { get; } = [];

    /// <summary>The functions that answer inquiries, by the type of the inquiry and the name of the command that it asks about.</summary>
    internal Dictionary<Type, Dictionary<string, Func<SagaRecord<TState>, IStepInquiry, Step<TState>>>> Inquiries { get; } = [];

    /// <summary>The operations by the names of their commands.</summary>
    internal Dictionary<string, IOperation<TState>> Operations { get; } = [];

    /// <inheritdoc />
    public ILookup<string, Type> Commands => Routes.Keys
        .Select(type => (Type: type, type.GetCustomAttribute<SentToAttribute>()?.Queue))
        .Where(pair => pair.Queue is not null)
        .ToLookup(pair => pair.Queue!, pair => pair.Type);

    /// <inheritdoc />
    public ILookup<string, Type> Events => _events.ToLookup(pair => pair.Queue, pair => pair.Event);

    /// <inheritdoc />
    public bool HasEffects { get; private set; }

    /// <summary>Notes that an operation has an effect outside the database.</summary>
    /// <exception cref="InvalidOperationException">
    /// The table does not store intents, so the effect would be forgotten when the process ends.
    /// </exception>
    internal void AddEffect() => HasEffects = _table.StoresIntents
        ? true
        : throw new InvalidOperationException(
            $"{GetType().Name} has an effect outside the database, and its table does not store intents; use a StateTable");

    /// <inheritdoc />
    public async Task<IStepMessage?> Handle(ISagaMessage message, CancellationToken cancellationToken = default)
    {
        if (!Routes.TryGetValue(message.GetType(), out var route))
            throw new ArgumentException(
                $"{GetType().Name} does not handle {message.GetType().Name}; it handles "
                + $"{string.Join(", ", Routes.Keys.Select(type => type.Name))}",
                nameof(message));
        route.Check(message);
        var claim = new Claim(message, route.Keys(message));
        var step = await _sagas.Act(claim, saga => route.Decide(saga, message, _database.Time.GetUtcNow()), cancellationToken);
        while (step.Outside is { } outside)
            step = await _sagas.Act(claim, await outside(cancellationToken), cancellationToken);
        return step.Answer;
    }

    /// <summary>Ends the waiting for a database that can't be reached.</summary>
    public void Dispose()
    {
        _sagas.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An operation that a command asks for.</summary>
    /// <param name="decide">Decides on the first command of an epoch. An exception means a fault: nothing is stored, and the message is
    /// tried again.</param>
    /// <param name="done">Makes the answer of an act that is done. It is called again when the command comes again, and must give the same
    /// answer.</param>
    /// <param name="refused">Makes the answer of an act that is refused, with the reason in <see cref="Act.Said"/>; null when it is never
    /// refused. An operation that can be undone needs it: its undo may come first, and then the command is refused.</param>
    protected Operation<TState, TCommand> Does<TCommand>(
        Func<TState, TCommand, Outcome<TState>> decide, Func<Act, TState, IStepMessage> done, Func<Act, IStepMessage>? refused = null)
        where TCommand : IStepMessage => Add<TCommand>((saga, command, _) => decide(saga.State, command), done, refused, _ => []);

    /// <summary>An operation whose decision also depends on the time, in UTC.</summary>
    /// <inheritdoc
    /// cref="Does{TCommand}(Func{TState, TCommand, Outcome{TState}}, Func{Act, TState, IStepMessage}, Func{Act, IStepMessage})" />
    protected Operation<TState, TCommand> Does<TCommand>(
        Func<TState, TCommand, DateTimeOffset, Outcome<TState>> decide, Func<Act, TState, IStepMessage> done, Func<Act,
        IStepMessage>? refused = null)
        where TCommand : IStepMessage => Add<TCommand>((saga, command, now) => decide(saga.State, command, now), done, refused, _ => []);

    /// <summary>An operation whose decision also depends on the saga's other acts.</summary>
    /// <inheritdoc
    /// cref="Does{TCommand}(Func{TState, TCommand, Outcome{TState}}, Func{Act, TState, IStepMessage}, Func{Act, IStepMessage})" />
    protected Operation<TState, TCommand> DoesByRecord<TCommand>(
        Func<SagaRecord<TState>, TCommand, Outcome<TState>> decide, Func<Act, TState, IStepMessage> done, Func<Act,
        IStepMessage>? refused = null)
        where TCommand : IStepMessage => Add<TCommand>((saga, command, _) => decide(saga, command), done, refused, _ => []);

    /// <summary>Handles an event. It gets no answer, and is handled once for each saga.</summary>
    /// <param name="queue">The queue that subscribes to the event.</param>
    /// <param name="decide">Gives the next state. An event can't be refused. An exception means a fault: nothing is stored, and the event
    /// is tried again.</param>
    protected void Hears<TEvent>(string queue, Func<TState, TEvent, Outcome<TState>> decide)
        where TEvent : ISagaMessage => Hear<TEvent>(queue, (saga, heard) => decide(saga.State, heard));

    /// <summary>The act is done, and the state follows from it.</summary>
    /// <param name="next">The state from now on.</param>
    /// <param name="said">A text that is kept with the outcome.</param>
    protected static Outcome<TState> Done(TState next, string? said = null) => new(true, next, said);

    /// <summary>The act is refused for good: the same epoch gets the same answer for ever. Only an operator raises the epoch.</summary>
    /// <param name="reason">The reason, for people. It is also the text of the answer.</param>
    /// <param name="next">The state from now on; null when it stays as it is.</param>
    protected static Outcome<TState> Refused(string reason, TState? next = null) => new(false, next, reason);

    /// <summary>
    /// The undo can't be decided before an intent of another operation has its outcome. The kit first asks for that outcome outside the
    /// database.
    /// </summary>
    /// <param name="intent">The act without an outcome.</param>
    /// <param name="otherwise">The exception to throw when nothing is known of it outside. The effect may still come, so the undo must come
    /// again.</param>
    protected static Outcome<TState> Awaits(Act intent, Exception otherwise) =>
        new(false, null, null) { Awaited = intent, Otherwise = otherwise };

    private protected Operation<TState, TCommand> Add<TCommand>(
        Func<SagaRecord<TState>, TCommand, DateTimeOffset, Outcome<TState>> decide, Func<Act, TState, IStepMessage> done, Func<Act,
        IStepMessage>? refused,
        Func<TCommand, IReadOnlyCollection<string>> keys)
        where TCommand : IStepMessage => new(this, decide, done, refused, keys);

    private protected void Hear<TEvent>(string queue, Func<SagaRecord<TState>, TEvent, Outcome<TState>> decide)
        where TEvent : ISagaMessage
    {
        _events.Add((queue, typeof(TEvent)));
        Routes.Add(typeof(TEvent), new Route<TState>(_ => { }, Heard, _ => []));

        Step<TState> Heard(SagaRecord<TState> saga, ISagaMessage message, DateTimeOffset now)
        {
            if (saga.Find(typeof(TEvent).Name, 1) is not null)
                return new Step<TState>(null);
            var outcome = decide(saga, (TEvent)message);
            Apply(saga, outcome);
            saga.Set(new Act(saga.SagaId, typeof(TEvent).Name, 1, ActStatus.Done, outcome.Said));
            return new Step<TState>(null);
        }
    }

    internal void Apply(SagaRecord<TState> saga, Outcome<TState> outcome)
    {
        saga.Apply(outcome.Next);
        if (outcome.Shared.Count > 0)
            (_shared ?? throw new InvalidOperationException($"{GetType().Name} has no shared rows to change"))
            .Change(saga.Shared!, outcome.Shared);
    }

    async Task<IReadOnlyList<SagaRecord<TState>>> Load(Sql sql, IReadOnlyList<Claim> claims)
    {
        var sagas = await LoadSagas(sql, claims);
        if (_shared is not null)
        {
            var shared = await _shared.Load(_database, sql, Keys(claims, sagas).SelectMany(keys => keys));
            foreach (var saga in sagas)
                saga.Shared = shared;
        }

        return sagas;
    }

    async Task<IReadOnlyList<SagaRecord<TState>>> LoadSagas(Sql sql, IReadOnlyList<Claim> claims)
    {
        List<SagaRecord<TState>> sagas = [.. claims.Select(claim => new SagaRecord<TState>(claim.SagaId, _table.Initial))];
        await _table.Load(_database, sql, sagas.ToDictionary(saga => saga.SagaId));
        return sagas;
    }

    IEnumerable<IEnumerable<string>> Keys(IReadOnlyList<Claim> claims, IReadOnlyList<SagaRecord<TState>> sagas) =>
        claims.Zip(sagas, (claim, saga) => claim.Keys.Concat(KeysOf(saga.State)));

    /// <summary>The keys of the shared rows that a saga of this state needs for any message.</summary>
    private protected virtual IEnumerable<string> KeysOf(TState state) => [];

    async Task Save(Sql sql, IReadOnlyList<SagaRecord<TState>> sagas)
    {
        List<SagaRecord<TState>> changed = [.. sagas.Where(saga => saga.IsChanged)];
        if (changed.Count > 0)
            await _table.Save(_database, sql, changed);
        if (_shared is not null && sagas.Count > 0)
            await _shared.Save(_database, sql, sagas[0].Shared!);
    }

    async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<Claim> claims)
    {
        var locked = await _table.Locked(sql, [.. claims.Select(claim => claim.SagaId)]);
        if (_shared is null)
            return [.. claims.Select(claim => locked.Contains(claim.SagaId))];

        List<Claim> free = [.. claims.Where(claim => !locked.Contains(claim.SagaId))];
        var keys = Keys(free, await LoadSagas(sql, free)).ToList();
        var lockedKeys = await _shared.Locked(sql, keys.SelectMany(key => key));
        locked.UnionWith(free.Where((_, i) => keys[i].Any(lockedKeys.Contains)).Select(claim => claim.SagaId));
        return [.. claims.Select(claim => locked.Contains(claim.SagaId))];
    }
}
