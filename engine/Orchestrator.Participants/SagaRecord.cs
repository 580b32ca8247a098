namespace Orchestrator.Participants;

/// <summary>The stored state and acts of one saga at a participant, and the changes to store at the end of the transaction.</summary>
/// <param name="sagaId">The saga.</param>
/// <param name="initial">The state of a saga without a message so far.</param>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
public sealed class SagaRecord<TState>(Guid sagaId, TState initial)
    where TState : class
{
    readonly Dictionary<(string Operation, int Epoch), Act> _acts = [];
    readonly Dictionary<(string Operation, int Epoch), bool> _changed = [];
    readonly Dictionary<string, int> _undone = [];
    readonly HashSet<string> _buried = [];

    /// <summary>The saga.</summary>
    public Guid SagaId => sagaId;

    /// <summary>The state as it is now.</summary>
    public TState State { get; private set; } = initial;

    /// <summary>The state as it was loaded.</summary>
    public TState Before { get; private set; } = initial;

    /// <summary>Whether something is stored about the saga.</summary>
    public bool IsStored { get; private set; }

    /// <summary>All acts, also an intent that has no outcome yet.</summary>
    public IReadOnlyCollection<Act> Acts => _acts.Values;

    /// <summary>Whether a command, an undo or an event has changed anything.</summary>
    public bool IsChanged => _changed.Count > 0 || _buried.Count > 0 || !State.Equals(Before);

    /// <summary>The acts whose rows must be written, and whether each has a row already.</summary>
    public IEnumerable<(Act Act, bool HasRow)> ChangedActs => _changed.Select(pair => (_acts[pair.Key], pair.Value));

    /// <summary>The operations with a new tombstone.</summary>
    public IReadOnlyCollection<string> Buried => _buried;

    /// <summary>The rows of a shared resource. Sagas that are decided in one transaction have the same rows.</summary>
    internal object? Shared { get; set; }

    /// <summary>Sets the stored state.</summary>
    public void WasStored(TState state) => (State, Before, IsStored) = (state, state, true);

    /// <summary>Adds a stored act.</summary>
    public void WasStored(Act act)
    {
        _acts[(act.Operation, act.Epoch)] = act;
        IsStored = true;
    }

    /// <summary>Adds a stored tombstone.</summary>
    public void WasUndone(string operation, int epoch) => _undone[operation] = Math.Max(epoch, UndoneThrough(operation));

    /// <summary>The act of one idempotency key, or null when it never came.</summary>
    public Act? Find(string operation, int epoch) => _acts.GetValueOrDefault((operation, epoch));

    /// <summary>The highest undone epoch of an operation. No act up to this epoch may be done any more. 0 when none was undone.</summary>
    public int UndoneThrough(string operation) => _undone.GetValueOrDefault(operation);

    /// <summary>The act with the highest epoch that is not undone, or null if all are undone.</summary>
    public Act? Latest(string operation) =>
        _acts.Values.Where(act => act.Operation == operation && act.Status is not (ActStatus.Undone or ActStatus.Undoing))
        .MaxBy(act => act.Epoch);

    internal Act Set(Act act)
    {
        var key = (act.Operation, act.Epoch);
        _changed.TryAdd(key, _acts.ContainsKey(key));
        _acts[key] = act;
        return act;
    }

    internal void Apply(TState? next) => State = next ?? State;

    internal void Undo(string operation, int epoch, bool isOutside)
    {
        if (epoch > UndoneThrough(operation))
        {
            _undone[operation] = epoch;
            _buried.Add(operation);
        }

        foreach (
            var act in _acts.Values.Where(
                act => act.Operation == operation && act.Epoch <= epoch && act.Status is (ActStatus.Done or ActStatus.Intended)).ToList())
            Set(act with { Status = isOutside ? ActStatus.Undoing : ActStatus.Undone });
    }
}
