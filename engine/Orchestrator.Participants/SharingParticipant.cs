using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Participants;

/// <summary>
/// A participant whose sagas share a resource, such as the seats of a flight. Its decisions are functions of (state, command, rows of the resource).
/// </summary>
/// <remarks>
/// A decision gets the rows that its command names and the rows that its saga's state names. It returns the changed rows with
/// <see cref="Outcome{TState}.Changing"/>. The decisions of one transaction are made one after another, and each sees the changes of the
/// earlier ones.
/// </remarks>
/// <param name="database">The database.</param>
/// <param name="table">The tables of the states and outcomes.</param>
/// <param name="shared">The rows of the resource.</param>
/// <typeparam name="TState">The state record of one saga at this participant.</typeparam>
/// <typeparam name="TRow">A row of the resource.</typeparam>
public abstract class SharingParticipant<TState, TRow>(Database database, ParticipantTable<TState> table, SharedRows<TRow> shared)
    : Participant<TState>(database, table, shared)
    where TState : class
    where TRow : class
{
    /// <summary>The keys of the rows that a saga needs for each of its messages, such as the seats that it holds.</summary>
    protected abstract IEnumerable<string> KeysNeededBy(TState state);

    /// <summary>An operation that needs rows of the resource.</summary>
    /// <param name="keys">The keys of the rows that a command names; a row need not exist.</param>
    /// <param name="decide">Decides on the first command of an epoch, with the rows that exist, by key.</param>
    /// <param name="done">Makes the answer of an act that is done.</param>
    /// <param name="refused">Makes the answer of an act that is refused; null when it is never refused.</param>
    protected SharingOperation<TState, TRow, TCommand> Does<TCommand>(
        Func<TCommand, IEnumerable<string>> keys, Func<TState, TCommand, IReadOnlyDictionary<string, TRow>, Outcome<TState>> decide,
        Func<Act, TState, IStepMessage> done,
        Func<Act, IStepMessage>? refused = null)
        where TCommand : IStepMessage =>
        new(this, (saga, command, _) => decide(saga.State, command, SharedRows<TRow>.RowsOf(saga.Shared!)), done, refused,
            command => [.. keys(command)]);

    /// <summary>Handles an event, with the rows that the saga's state names.</summary>
    /// <param name="queue">The queue that subscribes to the event.</param>
    /// <param name="decide">Gives the next state.</param>
    protected void Hears<TEvent>(string queue, Func<TState, TEvent, IReadOnlyDictionary<string, TRow>, Outcome<TState>> decide)
        where TEvent : ISagaMessage =>
            Hear<TEvent>(queue, (saga, heard) => decide(saga.State, heard, SharedRows<TRow>.RowsOf(saga.Shared!)));

    private protected override IEnumerable<string> KeysOf(TState state) => KeysNeededBy(state);
}
