using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>An operation of a participant: what its command does, what undoes it, and what asks about it.</summary>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <typeparam name="TCommand">The command. Its name is the operation's.</typeparam>
public class Operation<TState, TCommand> : IOperation<TState>
    where TState : class
    where TCommand : IStepMessage
{
    static readonly string Name = typeof(TCommand).Name;

    readonly Participant<TState> _participant;
    readonly Func<SagaRecord<TState>, TCommand, DateTimeOffset, Outcome<TState>> _decide;
    readonly Func<Act, TState, IStepMessage> _done;
    readonly Func<Act, IStepMessage>? _refused;
    readonly List<Func<TCommand, string?>> _rules = [];
    Action<TState, TCommand>? _check;
    Effect<TState, TCommand>? _effect;
    string? _undoneBefore;

    internal Operation(
        Participant<TState> participant, Func<SagaRecord<TState>, TCommand, DateTimeOffset, Outcome<TState>> decide, Func<Act, TState,
        IStepMessage> done,
        Func<Act, IStepMessage>? refused, Func<TCommand, IReadOnlyCollection<string>> keys)
    {
        (_participant, _decide, _done, _refused) = (participant, decide, done, refused);
        participant.Operations.Add(Name, this);
        participant.Routes.Add(typeof(TCommand), new Route<TState>(
            message => CommandRules.Check((TCommand)message, [.. _rules.Select(rule => rule((TCommand)message))]),
            (saga, message, now) => Do(saga, (TCommand)message, now),
            message => keys((TCommand)message)));
    }

    /// <summary>States a rule for the command's own fields. A command that breaks it goes to the dead letters, and nothing is stored of
    /// it.</summary>
    /// <param name="violation">What is wrong with a command, or null.</param>
    public Operation<TState, TCommand> Requires(Func<TCommand, string?> violation)
    {
        _rules.Add(violation);
        return this;
    }

    /// <summary>
    /// Adds a check of each command, also of a command that comes again. It finds a command that contradicts the state that is stored for
    /// its key.
    /// </summary>
    /// <param name="check">Throws when the command contradicts the state.</param>
    public Operation<TState, TCommand> Agrees(Action<TState, TCommand> check)
    {
        _check = check;
        return this;
    }

    /// <summary>
    /// States the effect of the operation outside the database. The operation's decision then decides on the intent: done means that the
    /// effect must be made.
    /// </summary>
    public Operation<TState, TCommand> Outside(Effect<TState, TCommand> effect)
    {
        _effect = effect;
        _participant.AddEffect();
        return this;
    }

    /// <summary>States what undoes the operation. An undo also leaves a tombstone: a command of its epoch or an earlier one that comes
    /// later is refused.</summary>
    /// <param name="decide">Gives the state without the act, or refuses. It must accept a state in which the act was not done. A refusal is
    /// not stored, so it must follow from the state, with the same text each time. It is not called when a later epoch was tried, because
    /// an old undo must not change that.</param>
    /// <param name="undone">Makes the answer of an undo.</param>
    /// <param name="undoneBefore">The reason of the refusal of a command whose undo came first, such as "released before it was
    /// reserved".</param>
    /// <param name="refused">Makes the answer of an undo that is refused, with the reason in <see cref="Act.Said"/>; null when it never
    /// is.</param>
    public Operation<TState, TCommand> UndoneBy<TUndo>(
        Func<TState, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore, Func<Act,
        IStepMessage>? refused = null)
        where TUndo : IStepMessage => AddUndo<TUndo>((saga, undo) => decide(saga.State, undo), undone, undoneBefore, refused);

    /// <summary>States what undoes the operation, with a decision that also depends on the saga's other acts.</summary>
    /// <inheritdoc cref="UndoneBy{TUndo}" />
    public Operation<TState, TCommand> UndoneByRecord<TUndo>(
        Func<SagaRecord<TState>, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore, Func<Act,
        IStepMessage>? refused = null)
        where TUndo : IStepMessage => AddUndo(decide, undone, undoneBefore, refused);

    /// <summary>
    /// States the inquiry about the operation's outcome. The answer is the outcome itself, or that none is known. An inquiry changes
    /// nothing.
    /// </summary>
    /// <param name="unknown">Makes the answer that none is known.</param>
    public Operation<TState, TCommand> AskedBy<TInquiry>(Func<TInquiry, IStepMessage> unknown)
        where TInquiry : IStepInquiry
    {
        if (!_participant.Inquiries.TryGetValue(typeof(TInquiry), out var operations))
        {
            _participant.Inquiries.Add(typeof(TInquiry), operations = []);
            _participant.Routes.Add(typeof(TInquiry), new Route<TState>(
                message => CheckInquiry((TInquiry)message, operations.Keys),
                (saga, message, _) => operations[((TInquiry)message).Step](saga, (TInquiry)message),
                _ => []));
        }

        operations.Add(
            Name, (saga, question) => Known(saga, question.Epoch) ?? Unknown((TInquiry)question, saga.Find(Name, question.Epoch), unknown));
        return this;
    }

    async Task<Action<SagaRecord<TState>>?> IOperation<TState>.FindOut(Act intent, CancellationToken cancellationToken) =>
        await _effect!.Ask(intent, cancellationToken) is { } outcome ? saga => Record(saga, intent, outcome) : null;

    private protected Operation<TState, TCommand> AddUndo<TUndo>(
        Func<SagaRecord<TState>, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone, string undoneBefore, Func<Act,
        IStepMessage>? refused)
        where TUndo : IStepMessage
    {
        _undoneBefore = undoneBefore;
        if (_refused is null)
        {
            throw new InvalidOperationException(
                $"{_participant.GetType().Name} undoes {Name} by {typeof(TUndo).Name}, and {Name} has no answer for a refusal. "
                + $"The undo may come first, and then {Name} is refused; state the answer of that in Does<{Name}>(…, refused: act => …)");
        }

        _participant.Routes.Add(typeof(TUndo), new Route<TState>(
            message => CommandRules.Check((TUndo)message),
            (saga, message, _) => Undo(saga, (TUndo)message, decide, undone, refused),
            _ => []));
        return this;
    }

    static void CheckInquiry(IStepInquiry question, IEnumerable<string> operations)
    {
        CommandRules.Check(
            question, question.Attempt < 1 ? FormattableString.Invariant($"attempt is {question.Attempt}; they count from 1") : null);
        if (!operations.Contains(question.Step))
            throw new RejectedMessageException(
                $"{question.GetType().Name} asks about the step '{question.Step}'; it may ask about {string.Join(" or ", operations)}");
    }

    Step<TState> Do(SagaRecord<TState> saga, TCommand command, DateTimeOffset now)
    {
        _check?.Invoke(saga.State, command);
        if (Known(saga, command.Epoch) is { } known)
            return known;
        if (saga.Find(Name, command.Epoch) is { } intent)
            return Outside(async stop => await _effect!.Ask(intent, stop) ?? await _effect.Call(intent, saga.State, command, stop), intent);
        var act = new Act(saga.SagaId, Name, command.Epoch, ActStatus.Refused);
        // A later epoch exists only because this one was given up, so this one is refused.
        if (saga.Latest(Name) is { Status: ActStatus.Refused } later && later.Epoch > command.Epoch)
            return Answer(saga, saga.Set(act with { Said = "overtaken by a later try" }));

        var outcome = _decide(saga, command, now);
        _participant.Apply(saga, outcome);
        var status = !outcome.IsDone ? ActStatus.Refused : _effect is null ? ActStatus.Done : ActStatus.Intended;
        act = saga.Set(act with { Status = status, Said = outcome.Said });
        return status == ActStatus.Intended ? Outside(stop => _effect!.Call(act, saga.State, command, stop), act) : Answer(saga, act);
    }

    /// <summary>The answer that needs no decision; null when no act is known, or when an intent has no outcome.</summary>
    Step<TState>? Known(SagaRecord<TState> saga, int epoch)
    {
        var act = saga.Find(Name, epoch);
        if (act?.Status == ActStatus.Intended)
            return null;
        // A refusal is final. A success does not become valid again after its undo.
        if (act?.Status == ActStatus.Refused || epoch > saga.UndoneThrough(Name))
            return act is null ? null : Answer(saga, act);
        var refusal = Refusal(new Act(saga.SagaId, Name, epoch, ActStatus.Refused, _undoneBefore));
        // The process may have ended during the undo. The refusal says that there is no effect, so the effect is taken back first.
        return act?.Status == ActStatus.Undoing ? TakeBack(saga, epoch, refusal) : new Step<TState>(refusal);
    }

    Step<TState> Unknown<TInquiry>(TInquiry question, Act? intent, Func<TInquiry, IStepMessage> unknown) => intent is null
        ? new Step<TState>(unknown(question))
        : new Step<TState>(null, async stop =>
        {
            var outcome = await _effect!.Ask(intent, stop);
            return saga => outcome is not null ? Record(saga, intent, outcome) : new Step<TState>(unknown(question));
        });

    Step<TState> Outside(Func<CancellationToken, Task<EffectOutcome>> call, Act intent) => new(null, async stop =>
    {
        var outcome = await call(stop);
        return saga => Record(saga, intent, outcome);
    });

    Step<TState> Record(SagaRecord<TState> saga, Act intent, EffectOutcome outcome)
    {
        // Another delivery may have recorded it, or an undo may have come.
        if (saga.Find(Name, intent.Epoch) is { Status: ActStatus.Intended } act)
        {
            act = saga.Set(act with { Status = outcome.IsDone ? ActStatus.Done : ActStatus.Refused, Said = outcome.Said });
            saga.Apply(_effect!.Recorded(saga.State, act));
        }

        return Known(saga, intent.Epoch)!;
    }

    Step<TState> Answer(SagaRecord<TState> saga, Act act) => new(act.Status == ActStatus.Done ? _done(act, saga.State) : Refusal(act));

    IStepMessage Refusal(Act act) =>
        (_refused ?? throw new InvalidOperationException($"{Name} was refused, and no answer is stated for that")).Invoke(act);

    Step<TState> Undo<TUndo>(
        SagaRecord<TState> saga, TUndo undo, Func<SagaRecord<TState>, TUndo, Outcome<TState>> decide, Func<Act, IStepMessage> undone,
        Func<Act, IStepMessage>? refused)
        where TUndo : IStepMessage
    {
        var answer = new Act(saga.SagaId, Name, undo.Epoch, ActStatus.Undone);
        if (undo.Epoch > saga.UndoneThrough(Name))
        {
            if (saga.Latest(Name) is not { } latest || latest.Epoch <= undo.Epoch)
            {
                var outcome = decide(saga, undo);
                if (outcome.Awaited is { } intent)
                    return FindOutFirst(intent, outcome.Otherwise!, next => Undo(next, undo, decide, undone, refused));
                if (!outcome.IsDone)
                {
                    return new Step<TState>(
                        (refused
                            ?? throw new InvalidOperationException($"the undo of {Name} was refused, and no answer is stated for that"))
                        .Invoke(answer with { Status = ActStatus.Refused, Said = outcome.Said }));
                }

                _participant.Apply(saga, outcome);
            }

            saga.Undo(Name, undo.Epoch, isOutside: _effect?.Undo is not null);
        }

        return TakeBack(saga, undo.Epoch, undone(answer));
    }

    Step<TState> FindOutFirst(Act intent, Exception otherwise, Func<SagaRecord<TState>, Step<TState>> then) => new(null, async stop =>
    {
        var record = await _participant.Operations[intent.Operation].FindOut(intent, stop) ?? throw otherwise;
        return saga =>
        {
            record(saga);
            return then(saga);
        };
    });

    /// <summary>Takes back the effects of the undone acts, one after another, and then answers.</summary>
    Step<TState> TakeBack(SagaRecord<TState> saga, int epoch, IStepMessage answer)
    {
        if (saga.Acts.FirstOrDefault(
            act => act.Operation == Name && act.Status == ActStatus.Undoing && act.Epoch <= epoch) is not { } undoing)
            return new Step<TState>(answer);
        return new Step<TState>(null, async stop =>
        {
            var wasThere = await _effect!.Undo!(undoing, stop);
            return next =>
            {
                if (next.Find(Name, undoing.Epoch) is { Status: ActStatus.Undoing } act)
                {
                    next.Apply(_effect.Undone(next.State, act, wasThere));
                    next.Set(act with { Status = ActStatus.Undone });
                }

                return TakeBack(next, epoch, answer);
            };
        });
    }
}
