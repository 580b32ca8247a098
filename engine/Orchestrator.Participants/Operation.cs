using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>An operation of a participant: what its command does, what undoes it, and what asks about it.</summary>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <typeparam name="TCommand">The command. Its name is the operation's.</typeparam>
public class Operation<TState, TCommand>
    where TState : class
    where TCommand : IStepMessage
{
    static readonly string Name = typeof(TCommand).Name;

    readonly Dictionary<Type, Route<TState>> _routes;
    readonly Dictionary<Type, Dictionary<string, Func<SagaRecord<TState>, IStepInquiry, IStepMessage>>> _inquiries;
    readonly Func<Act, TState, IStepMessage> _done;
    readonly Func<Act, IStepMessage>? _refused;
    readonly Action<SagaRecord<TState>, Outcome<TState>> _apply;
    readonly List<Func<TCommand, string?>> _rules = [];
    string? _undoneBefore;

    internal Operation(
        Participant<TState> participant, Func<SagaRecord<TState>, TCommand, DateTimeOffset, Outcome<TState>> decide, Func<Act, TState, IStepMessage> done,
        Func<Act, IStepMessage>? refused, Func<TCommand, IReadOnlyCollection<string>> keys)
    {
        (_routes, _inquiries, _done, _refused, _apply) = (participant.Routes, participant.Inquiries, done, refused, participant.Apply);
        _routes.Add(typeof(TCommand), new Route<TState>(
            message => CommandRules.Check((TCommand)message, [.. _rules.Select(rule => rule((TCommand)message))]),
            (saga, message, now) => Do(saga, (TCommand)message, () => decide(saga, (TCommand)message, now)),
            message => keys((TCommand)message)));
    }

    /// <summary>States a rule for the command's own fields. A command that breaks it goes to the dead letters, and nothing is stored of it.</summary>
    /// <param name="violation">What is wrong with a command, or null.</param>
    public Operation<TState, TCommand> Requires(Func<TCommand, string?> violation)
    {
        _rules.Add(violation);
        return this;
    }

    /// <summary>States what undoes the operation. An undo also leaves a tombstone: a command of its epoch or an earlier one that comes later is refused.</summary>
    /// <param name="decide">
    /// Gives the state without the act, or refuses; it must accept a state without one. A refusal is not stored: it follows from the state, in the same
    /// words each time. It is not asked when a later epoch was tried, which an old undo must leave alone.
    /// </param>
    /// <param name="undone">Makes the answer of an undo.</param>
    /// <param name="undoneBefore">The reason of the refusal of a command whose undo came first, such as "released before it was reserved".</param>
    /// <param name="refused">Makes the answer of an undo that is refused, with the reason in <see cref="Act.Said"/>; null when it never is.</param>
    public Operation<TState, TCommand> UndoneBy<TUndo>(
        Func<TState, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore, Func<Act, IStepMessage>? refused = null)
        where TUndo : IStepMessage => AddUndo<TUndo>((saga, undo) => decide(saga.State, undo), undone, undoneBefore, refused);

    /// <summary>States what asks for the operation's outcome. The answer is the outcome itself, or that none is known; asking does nothing.</summary>
    /// <param name="unknown">Makes the answer that none is known.</param>
    public Operation<TState, TCommand> AskedBy<TInquiry>(Func<TInquiry, IStepMessage> unknown)
        where TInquiry : IStepInquiry
    {
        if (!_inquiries.TryGetValue(typeof(TInquiry), out var operations))
        {
            _inquiries.Add(typeof(TInquiry), operations = []);
            _routes.Add(typeof(TInquiry), new Route<TState>(
                message => CheckInquiry((TInquiry)message, operations.Keys),
                (saga, message, _) => operations[((TInquiry)message).Step](saga, (TInquiry)message),
                _ => []));
        }

        operations.Add(Name, (saga, question) => Known(saga, question) ?? unknown((TInquiry)question));
        return this;
    }

    private protected Operation<TState, TCommand> AddUndo<TUndo>(
        Func<SagaRecord<TState>, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore, Func<Act, IStepMessage>? refused)
        where TUndo : IStepMessage
    {
        _undoneBefore = undoneBefore;
        _routes.Add(typeof(TUndo), new Route<TState>(
            message => CommandRules.Check((TUndo)message),
            (saga, message, _) => Undo(saga, (TUndo)message, () => decide(saga, (TUndo)message), undone, refused),
            _ => []));
        return this;
    }

    static void CheckInquiry(IStepInquiry question, IEnumerable<string> operations)
    {
        CommandRules.Check(question, question.Attempt < 1 ? FormattableString.Invariant($"attempt is {question.Attempt}; they count from 1") : null);
        if (!operations.Contains(question.Step))
            throw new RejectedMessageException($"{question.GetType().Name} asks about the step '{question.Step}'; it may ask about {string.Join(" or ", operations)}");
    }

    IStepMessage Do(SagaRecord<TState> saga, TCommand command, Func<Outcome<TState>> decide)
    {
        if (Known(saga, command) is { } answer)
            return answer;
        var act = new Act(saga.SagaId, Name, command.Epoch, ActStatus.Refused);
        // A later epoch exists only because an operator gave this one up.
        if (saga.Latest(Name) is { Status: ActStatus.Refused } later && later.Epoch > command.Epoch)
            return Answer(saga, saga.Set(act with { Said = "overtaken by a later try" }));

        var outcome = decide();
        _apply(saga, outcome);
        return Answer(saga, saga.Set(act with { Status = outcome.IsDone ? ActStatus.Done : ActStatus.Refused, Said = outcome.Said }));
    }

    IStepMessage? Known(SagaRecord<TState> saga, IStepMessage command)
    {
        var act = saga.Find(Name, command.Epoch);
        // Why it was refused holds for good. A success does not come back to life after its undo.
        if (act?.Status != ActStatus.Refused && command.Epoch <= saga.UndoneThrough(Name))
            act = new Act(saga.SagaId, Name, command.Epoch, ActStatus.Refused, _undoneBefore);
        return act is null ? null : Answer(saga, act);
    }

    IStepMessage Answer(SagaRecord<TState> saga, Act act) => act.Status == ActStatus.Done
        ? _done(act, saga.State)
        : (_refused ?? throw new InvalidOperationException($"{Name} was refused, and no answer is stated for that")).Invoke(act);

    IStepMessage Undo(
        SagaRecord<TState> saga, IStepMessage undo, Func<Outcome<TState>> decide, Func<Act, IStepMessage> undone, Func<Act, IStepMessage>? refused)
    {
        var answer = new Act(saga.SagaId, Name, undo.Epoch, ActStatus.Undone);
        if (undo.Epoch <= saga.UndoneThrough(Name))
            return undone(answer);
        if (saga.Latest(Name) is not { } latest || latest.Epoch <= undo.Epoch)
        {
            var outcome = decide();
            if (!outcome.IsDone)
            {
                return (refused ?? throw new InvalidOperationException($"the undo of {Name} was refused, and no answer is stated for that"))
                    .Invoke(answer with { Status = ActStatus.Refused, Said = outcome.Said });
            }

            _apply(saga, outcome);
        }

        saga.Undo(Name, undo.Epoch);
        return undone(answer);
    }
}
