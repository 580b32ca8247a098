using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>A decision being made: what has changed so far and what goes out.</summary>
sealed class DecisionBuilder<TData>
    where TData : SagaData
{
    readonly StepSaga<TData> _definition;
    readonly SagaState<TData> _before;
    readonly Circumstances _circumstances;
    readonly ImmutableArray<Outgoing>.Builder _outgoing = ImmutableArray.CreateBuilder<Outgoing>();
    readonly List<string> _remarks = [];

    public DecisionBuilder(StepSaga<TData> definition, SagaState<TData> before, FlowState flow, Circumstances circumstances)
    {
        _definition = definition;
        _before = before;
        _circumstances = circumstances;
        Data = before.Data;
        Flow = flow;
    }

    public TData Data { get; private set; }

    public FlowState Flow { get; private set; }

    public StepTable Table => _definition.Table;

    DateTimeOffset Now => _circumstances.Now;

    /// <summary>What is remembered about a step that has been attempted.</summary>
    public StepRecord Record(int step) => Data.Steps[Table.Steps[step].Name];

    /// <summary>How an outcome contradicts the saga's data; null when they agree.</summary>
    public string? ContradictionOf(int step, ISagaMessage outcome) => _definition.AllSteps[step].Agreement?.Invoke(Data, outcome);

    public string NameOf(int step) => Table.Steps[step].Name;

    /// <summary>
    /// True when the command (or undo) that the step stands at may not be sent. Operators hold the step, or the breaker holds the command
    /// and this saga is not the one that may try it.
    /// </summary>
    public bool IsHeld(int step) =>
        IsHeldByOperators(step) || (IsSilent(step, out var probe) && probe != new Probe(_before.Id, _before.Version));

    /// <summary>Notes that a command, or an undo, that the breaker holds was answered.</summary>
    public void Hear(int step, bool isUndo)
    {
        if ((isUndo ? Table.Steps[step].Undo! : NameOf(step)) is var command && _circumstances.Silent.ContainsKey(command))
            Answered = command;
    }

    /// <summary>The command that the breaker holds and that the message answers.</summary>
    public string? Answered { get; private set; }

    bool IsSilent(int step, out Probe? probe) => _circumstances.Silent.TryGetValue(AttemptOf(step), out probe);

    bool IsHeldByOperators(int step) => _circumstances.Held.Contains(NameOf(step))
        || (_circumstances.Held.Contains(HoldStep.Intake) && !Flow.IsTurned && Table.StageOf(step) == 0
            && Data.Steps.GetValueOrDefault(NameOf(step)) is null or { Attempts: 0 });

    public void Learn(Func<TData, TData> learn) => Data = learn(Data);

    public void Remark(string remark) => _remarks.Add(remark);

    /// <summary>Makes a change: notes the new statuses and sends the commands.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="outcome">The type of the message that caused it; null when a deadline did.</param>
    /// <param name="refusal">Why the saga turns back, if it does.</param>
    /// <param name="problem">Why an operator is needed, if one is.</param>
    public void Make(FlowChange change, string? outcome = null, Refusal? refusal = null, string? problem = null)
    {
        var before = Flow;
        Flow = change.State;
        for (var step = 0; step < Flow.Steps.Length; step++)
        {
            if (Flow.Steps[step] != before.Steps[step] && !change.Do.Contains(step) && !change.Undo.Contains(step))
                Note(step, outcome);
            if (!Flow.IsStuck(step) && before.IsStuck(step) && !change.Do.Contains(step) && !change.Undo.Contains(step))
                Note(step, outcome);
            if (Flow.IsStuck(step) && (!before.IsStuck(step) || Flow.Steps[step] != before.Steps[step]))
                Set(step,
                    record =>
                        record with { Waiting = Waiting.Operator, Due = null, At = Now, Began = BeginningOf(record), Problem = problem });
        }

        if (Flow.IsTurned && !before.IsTurned)
            Data = Data with { Refused = refusal };
        foreach (var step in change.Do)
            Begin(step);
        foreach (var step in change.Undo)
            BeginUndo(step);
        LetTheLimitGoOn();
    }

    /// <summary>Sends the step's command (or its undo) once more, under the same idempotency key.</summary>
    public void SendAgain(int step)
    {
        var isUndo = Flow.Steps[step] == StepStatus.Undoing;
        var record = Record(step);
        if (IsHeld(step))
        {
            Hold(step);
            return;
        }

        Await(step, record with { Attempts = record.Attempts + 1 }, Waiting.Answer, TimingOf(step).Limit);
        if (isUndo)
            Out(_definition.AllSteps[step].ComposeUndo!(Data, record.Epoch), step);
        else if (_definition.AllSteps[step].Compose is { } compose)
            Out(compose(Data, record.Epoch), step);
    }

    /// <summary>Asks the participant for the outcome of the last attempt.</summary>
    public void Ask(int step)
    {
        var record = Record(step);
        Await(step, record, Waiting.Status, TimingOf(step).Limit);
        Out(_definition.AllSteps[step].ComposeInquiry!(Data, record.Epoch, record.Attempts), step);
    }

    /// <summary>Waits before the next attempt.</summary>
    public void Pause(int step)
    {
        var record = Record(step);
        var pause = TimingOf(step).PauseAfter(record.Attempts - record.Forgiven, Jitter.Of(_before.Id, NameOf(step), record.Attempts));
        Await(step, record, Waiting.NextAttempt, pause);
        Remark($"attempt {record.Attempts + 1} of {AttemptOf(step)} at {Text(Record(step).Due!.Value)}");
    }

    /// <summary>An older version without deadlines sent the command. From now on its answer has a time limit.</summary>
    public void Adopt(int step)
    {
        Await(step, Record(step), Waiting.Answer, TimingOf(step).Limit);
        Remark($"{AttemptOf(step)} had no time limit");
    }

    /// <summary>Operators or the breaker hold the step: its time limits stand still.</summary>
    public void Hold(int step)
    {
        var isSilent = IsSilent(step, out _);
        Set(step, record => record with
        {
            Waiting = Waiting.Release,
            Due = null,
            At = Now,
            Began = BeginningOf(record),
            // A silent participant must not use up the attempts: after the release only the last one counts.
            Forgiven = isSilent ? Math.Max(record.Forgiven, record.Attempts - 1) : record.Forgiven,
        });
        Data = Data with { HeldSince = Data.HeldSince ?? Now };
        Remark(IsHeldByOperators(step) || !isSilent
            ? $"{AttemptOf(step)} is held" : $"{AttemptOf(step)} is held by the engine: no participant answers it");
    }

    /// <summary>The step is no longer held, or this saga may try whether its participant answers again.</summary>
    public void Release(int step)
    {
        var record = Record(step);
        if (record.Status == StepStatus.Held)
            Make(Engine.Flow.Apply(Table, Flow, step, Signal.Released));
        else if (record.Attempts == 0 || IsSilent(step, out _))
            SendAgain(step);
        else
            Await(step, record, Waiting.Answer, TimingOf(step).Limit);
        Remark(IsSilent(step, out _) ? $"{AttemptOf(step)} is tried: is it answered again?" : $"{AttemptOf(step)} is released");
        LetTheLimitGoOn();
    }

    // The saga's time limit stood still while a step was held. For the saga, the hold also ends when the step's answer comes.
    void LetTheLimitGoOn()
    {
        if (Data.HeldSince is { } since && !IsAnyHeld)
            Data = Data with { Limit = Data.Limit + (Now - since), HeldSince = null };
    }

    /// <summary>True when the saga waits for the release of a step.</summary>
    public bool IsAnyHeld => Flow.Awaited.Any(step => Record(step).Waiting == Waiting.Release);

    /// <summary>Gives the step its full number of attempts again.</summary>
    public void Forgive(int step) => Set(step, record => record with { Forgiven = record.Attempts, Problem = null, Instead = null });

    /// <summary>Gives the step a new idempotency key. A participant answers the old key with the same refusal.</summary>
    public void RaiseEpoch(int step) => Set(step, record => record with
    {
        Epoch = record.Epoch + 1,
        Attempts = 0,
        Forgiven = 0,
        Outcome = null,
        Problem = null,
        Instead = null,
    });

    /// <summary>Gives the saga its full time limit again: an operator has it tried again, and the old limit may have passed.</summary>
    public void GiveNewLimit()
    {
        if (_definition.TimeLimit is { } limit && !Flow.IsTurned)
            Data = Data with { Limit = Now + limit * _definition.Pace };
    }

    /// <summary>A message came that does not answer the command. It is noted for people who read why the step was given up.</summary>
    public void CameInstead(int step, string what)
    {
        Remark($"changed nothing: {what}");
        if (!Flow.IsAwaited(step))
            return;
        Warning = $"{what}; {AttemptOf(step)} still waits for its answer";
        Set(step, record => record with { Instead = what });
    }

    /// <summary>What people should know before the saga gives up.</summary>
    public string? Warning { get; private set; }

    /// <summary>Moves the deadlines of the awaited steps to another time.</summary>
    public void Reschedule(DateTimeOffset at)
    {
        foreach (var step in Flow.Awaited.Where(step => Record(step).Due is not null).ToList())
            Set(step, record => record with { Due = at });
        if (Data.Limit < at)
            Data = Data with { Limit = at };
    }

    /// <summary>
    /// True while the saga's own time limit counts. It does not count after the saga has turned back, while a step is held, or while an
    /// operator decides.
    /// </summary>
    public bool IsLimitRunning => !Flow.IsEnded && !Flow.IsTurned && Flow.Stuck == 0 && !IsAnyHeld;

    public void LimitIsOver() => Data = Data with { Limit = null };

    /// <summary>True when the command (or undo) may be sent once more.</summary>
    public bool HasAttemptsLeft(int step) =>
        Table.Steps[step].Kind != StepKind.External && Record(step).Attempts - Record(step).Forgiven < TimingOf(step).Attempts;

    /// <summary>The command whose outcome is awaited.</summary>
    public string AttemptOf(int step) => Flow.Steps[step] == StepStatus.Undoing ? Table.Steps[step].Undo! : NameOf(step);

    public void Publish(ISagaMessage message) => _outgoing.Add(new Outgoing(NextId(), message, null, null, 0, false));

    /// <summary>The complete decision.</summary>
    public Decision<TData> Finish(bool isNothing = false)
    {
        if (isNothing)
            return new Decision<TData>(_before, Flow, [], DeadlineOf(), null, true);
        NoteWhatIsAtRisk();
        Announce();
        return new Decision<TData>(
            new SagaState<TData>(_before.Id, _before.Version + 1, Flow.Lifecycle, Data),
            Flow, _outgoing.ToImmutable(), DeadlineOf(), _remarks.Count == 0 ? null : string.Join("; ", _remarks), false)
        {
            Warning = Warning,
            Answered = Answered,
        };
    }

    // The amounts are written with the step, so that they are known while the saga runs. They also stay right when a version that does not
    // know them moves the saga.
    void NoteWhatIsAtRisk()
    {
        for (var step = 0; step < Flow.Steps.Length; step++)
        {
            var (money, units) = (_definition.AllSteps[step].Money, _definition.AllSteps[step].Units);
            if ((money ?? (object?)units) is null || !Data.Steps.TryGetValue(NameOf(step), out var record))
                continue;
            var isHeld = !Flow.IsEnded
                && Flow.Steps[step] is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Done or StepStatus.Undoing;
            Write(step,
                record with { MoneyAtRisk = isHeld ? money?.Invoke(Data) : null, UnitsAtRisk = isHeld ? units?.Invoke(Data) : null });
        }
    }

    void Announce()
    {
        var suspended = SuspensionOf();
        if (suspended is not null && Data.Suspended is null)
            Publish(new SagaSuspended(_before.Id, _definition.Kind, suspended.Step, suspended.Reason));
        Data = Data with { Suspended = suspended };
        if (!Flow.IsEnded || Data.IsAnnounced)
            return;
        Data = Data with { IsAnnounced = true };
        Publish(Flow.Lifecycle == Lifecycle.Completed ? _definition.Completion(Data) : _definition.Cancellation(Data, Data.Refused!));
    }

    Suspension? SuspensionOf()
    {
        if (Flow.Lifecycle != Lifecycle.Suspended)
            return null;
        var stuck = Enumerable.Range(0, Flow.Steps.Length).First(Flow.IsStuck);
        return new Suspension(
            NameOf(stuck), Record(stuck).Problem!, Record(stuck).At,
            Data.Steps.Values.FirstOrDefault(record => record.MoneyAtRisk is not null)?.MoneyAtRisk,
            Data.Steps.Values.Sum(record => record.UnitsAtRisk ?? 0));
    }

    /// <summary>When the saga acts if nothing arrives.</summary>
    public DateTimeOffset? DeadlineOf()
    {
        var records = Flow.Awaited.Select(Record).ToList();
        var due = records.Select(record => record.Due);
        if (IsLimitRunning)
            due = due.Append(Data.Limit);
        return due.Min();
    }

    void Begin(int step)
    {
        var known = Data.Steps.GetValueOrDefault(NameOf(step)) ?? new StepRecord(StepStatus.Held, 0, 1, Now);
        if (Flow.Steps[step] == StepStatus.Sent && known.Attempts == 0 && IsHeld(step))
        {
            Flow = Flow.With(step, StepStatus.Held);
            Write(step, known with { Status = StepStatus.Held });
            Hold(step);
            return;
        }

        Write(step, known with { Status = Flow.Steps[step] });
        SendAgain(step);
    }

    void BeginUndo(int step)
    {
        // When an operator tries the undo again, its attempts count on. Otherwise they start from 0, apart from those of the command.
        if (Record(step).Status != StepStatus.Undoing)
        {
            Set(step, record => record with
            {
                Status = StepStatus.Undoing,
                Attempts = 0,
                Forgiven = 0,
                Outcome = null,
                Instead = null,
                // A participant answers the same key with the same message. The saga has seen that message and would drop it.
                Epoch = record.Status == StepStatus.Undone ? record.Epoch + 1 : record.Epoch,
            });
        }

        SendAgain(step);
    }

    void Note(int step, string? outcome)
    {
        var known = Data.Steps.GetValueOrDefault(NameOf(step)) ?? new StepRecord(StepStatus.Pending, 0, 1, Now);
        var isAwaited = Flow.IsAwaited(step);
        Write(step, known with
        {
            Status = Flow.Steps[step],
            At = Now,
            Began = isAwaited ? BeginningOf(known) : null,
            Outcome = outcome ?? known.Outcome,
            Waiting = isAwaited ? known.Waiting : Waiting.Nothing,
            Due = isAwaited ? known.Due : null,
            Problem = null,
            Instead = isAwaited ? known.Instead : null,
        });
    }

    void Await(int step, StepRecord record, Waiting waiting, TimeSpan time)
    {
        var known = Data.Steps.GetValueOrDefault(NameOf(step));
        Write(step, record with { Waiting = waiting, At = Now, Began = BeginningOf(known), Due = Now + time * _definition.Pace });
    }

    // A step keeps the time of its first sending when its record changes.
    static DateTimeOffset? BeginningOf(StepRecord? record) => record is { Attempts: > 0 } ? record.Began ?? record.At : null;

    StepTiming TimingOf(int step) => Flow.Steps[step] == StepStatus.Undoing ? Table.Steps[step].UndoTiming : Table.Steps[step].Timing;

    void Set(int step, Func<StepRecord, StepRecord> change) => Write(step, change(Record(step)));

    void Write(int step, StepRecord record) => Data = Data with { Steps = Data.Steps.SetItem(NameOf(step), record) };

    void Out(IStepMessage command, int step) => _outgoing.Add(new Outgoing(
        NextId(), command, Owner.Of(command.GetType()), NameOf(step), Record(step).Attempts, Flow.Steps[step] == StepStatus.Undoing));

    // Derived from the transition and the message's place in it, so that deciding the transition again gives the same id.
    Guid NextId() => DerivedId.From(_definition.Kind, _before.Id.ToString(), Text(_before.Version + 1), Text(_outgoing.Count));

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static class Owner
    {
        static readonly System.Collections.Concurrent.ConcurrentDictionary<Type, string> Queues = new();

        public static string Of(Type command) => Queues.GetOrAdd(command, type => type.GetCustomAttribute<SentToAttribute>()!.Queue);
    }
}
