using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>An operation of a <see cref="SharingParticipant{TState, TRow}"/>.</summary>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <typeparam name="TRow">A row of the resource.</typeparam>
/// <typeparam name="TCommand">The command. Its name is the operation's.</typeparam>
public sealed class SharingOperation<TState, TRow, TCommand> : Operation<TState, TCommand>
    where TState : class
    where TRow : class
    where TCommand : IStepMessage
{
    internal SharingOperation(
        Participant<TState> participant, Func<SagaRecord<TState>, TCommand, DateTimeOffset, Outcome<TState>> decide, Func<Act, TState,
        IStepMessage> done,
        Func<Act, IStepMessage>? refused, Func<TCommand, IReadOnlyCollection<string>> keys) : base(participant, decide, done, refused, keys)
    {
    }

    /// <summary>States what undoes the operation, with the rows that the saga's state names.</summary>
    /// <inheritdoc cref="Operation{TState, TCommand}.UndoneBy{TUndo}" />
    public Operation<TState, TCommand> UndoneBy<TUndo>(
        Func<TState, TUndo, IReadOnlyDictionary<string, TRow>, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore,
        Func<Act, IStepMessage>? refused = null)
        where TUndo : IStepMessage =>
        AddUndo<TUndo>((saga, undo) => decide(saga.State, undo, SharedRows<TRow>.RowsOf(saga.Shared!)), undone, undoneBefore, refused);
}
