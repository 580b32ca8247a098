using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>One row of a saga's table.</summary>
/// <remarks>Made by <see cref="StepSaga{TData}"/>, completed by the calls chained to it.</remarks>
public sealed class Step<TData>
    where TData : SagaData
{
    internal Step(StepKind kind, Type command, Func<TData, int, IStepMessage> compose)
        : this(kind, command.Name)
    {
        Command = command;
        Compose = compose;
    }

    internal Step(StepKind kind, string name)
    {
        Kind = kind;
        Name = name;
        Timing = kind is StepKind.Retriable ? StepTiming.Stubborn : StepTiming.Default;
    }

    /// <summary>The step's name: its command's, or that of the event that it awaits.</summary>
    public string Name { get; }

    /// <summary>What can be done about the step once it has been sent.</summary>
    public StepKind Kind { get; }

    /// <summary>The command that performs it; none when it awaits an event from outside.</summary>
    public Type? Command { get; }

    /// <summary>The outcome that completes it.</summary>
    public Type? Completion { get; private set; }

    /// <summary>The outcome that refuses it; none when business can't refuse.</summary>
    public Type? RefusedWith { get; private set; }

    /// <summary>The command that undoes it; none when it can't be undone.</summary>
    public Type? Undo { get; private set; }

    /// <summary>The outcome that confirms the undo.</summary>
    public Type? Undone { get; private set; }

    /// <summary>The outcome that says that the undo can't be done; none when it always can.</summary>
    public Type? UndoRefusedWith { get; private set; }

    /// <summary>The question about a command without an answer; none when the participant can't be asked.</summary>
    public Type? Inquiry { get; private set; }

    /// <summary>The participant's answer that it knows of no outcome.</summary>
    public Type? Unknown { get; private set; }

    /// <summary>How long its outcome is waited for and how often it is sent.</summary>
    public StepTiming Timing { get; private set; }

    /// <summary>How long the undo's outcome is waited for and how often the undo is sent.</summary>
    public StepTiming UndoTiming { get; private set; } = StepTiming.Stubborn;

    internal Func<TData, int, IStepMessage>? Compose { get; }

    internal Func<TData, int, IStepMessage>? ComposeUndo { get; private set; }

    internal Func<TData, int, int, IStepInquiry>? ComposeInquiry { get; private set; }

    internal Func<TData, Money>? Money { get; private set; }

    internal Func<TData, long>? Units { get; private set; }

    internal Func<TData, ISagaMessage, string?>? Agreement { get; private set; }

    internal Type? AgreesWith { get; private set; }

    internal bool HasLimit { get; private set; }

    internal bool IsNeverRefused { get; private set; }

    internal bool IsAnsweredByPeople { get; private set; }

    internal List<MessageRole<TData>> Roles { get; } = [];

    internal MessageRole<TData>? UnknownRole { get; private set; }

    /// <summary>The outcome that completes the step.</summary>
    /// <param name="learn">What the saga takes from the outcome into its data; nothing when omitted.</param>
    public Step<TData> CompletedBy<TOutcome>(Func<TData, TOutcome, TData>? learn = null)
        where TOutcome : class, IStepMessage => CompletedByAny(learn);

    /// <summary>
    /// A value of the completing outcome that must equal a value of the saga. If the values differ, the saga is suspended, and the reason
    /// names both: the participant did something else than it was asked for, and people must find out why.
    /// </summary>
    /// <param name="said">What the outcome says.</param>
    /// <param name="expected">What the saga knows.</param>
    public Step<TData> AgreesOn<TOutcome, TValue>(Func<TOutcome, TValue> said, Func<TData, TValue> expected)
        where TOutcome : class, ISagaMessage
    {
        AgreesWith = typeof(TOutcome);
        Agreement = (data, outcome) =>
        {
            var (theirs, ours) = (said((TOutcome)outcome), expected(data));
            return EqualityComparer<TValue>.Default.Equals(theirs, ours)
                ? null : $"{typeof(TOutcome).Name} says {theirs}, and {ours} was expected";
        };
        return this;
    }

    /// <summary>The outcome by which the participant says no.</summary>
    /// <param name="reason">What it says.</param>
    public Step<TData> RefusedBy<TOutcome>(Func<TOutcome, string> reason)
        where TOutcome : class, IStepMessage
    {
        RefusedWith = typeof(TOutcome);
        Roles.Add(new MessageRole<TData, TOutcome>(Signal.Refused) { Reason = reason });
        return this;
    }

    /// <summary>
    /// Says that the participant never refuses the pivot. A pivot with neither a refusal nor this call is taken for an oversight.
    /// </summary>
    public Step<TData> NeverRefused()
    {
        IsNeverRefused = true;
        return this;
    }

    /// <summary>The command that undoes the step and the outcome that confirms it.</summary>
    /// <param name="compose">Makes the undo from the saga's data and the step's epoch.</param>
    public Step<TData> UndoneBy<TUndo, TOutcome>(Func<TData, int, TUndo> compose)
        where TUndo : class, IStepMessage
        where TOutcome : class, IStepMessage
    {
        Undo = typeof(TUndo);
        Undone = typeof(TOutcome);
        ComposeUndo = compose;
        Roles.Add(new MessageRole<TData, TOutcome>(Signal.Undone));
        return this;
    }

    /// <summary>The outcome by which the participant says that it can't undo: the saga then waits for an operator.</summary>
    /// <param name="reason">What it says.</param>
    public Step<TData> UndoRefusedBy<TOutcome>(Func<TOutcome, string> reason)
        where TOutcome : class, IUndoRefusal
    {
        UndoRefusedWith = typeof(TOutcome);
        Roles.Add(new MessageRole<TData, TOutcome>(Signal.UndoRefused) { Reason = reason });
        return this;
    }

    /// <summary>
    /// The question that is sent when no answer came, before the command is sent again. The participant answers with the
    /// outcome itself, or that it knows of none.
    /// </summary>
    /// <param name="compose">Makes the question from the saga's data, the step's epoch and the attempt that had no answer.</param>
    public Step<TData> AskedBy<TInquiry, TUnknown>(Func<TData, int, int, TInquiry> compose)
        where TInquiry : class, IStepInquiry
        where TUnknown : class, IStepInquiry
    {
        Inquiry = typeof(TInquiry);
        Unknown = typeof(TUnknown);
        ComposeInquiry = compose;
        UnknownRole = new MessageRole<TData, TUnknown>(null);
        return this;
    }

    /// <summary>
    /// Says that people give the answers, and may take long. A long silence then says nothing about the participant, so the breaker does
    /// not watch the step.
    /// </summary>
    public Step<TData> AnsweredByPeople()
    {
        IsAnsweredByPeople = true;
        return this;
    }

    /// <summary>How long the answer to one attempt may take. 30 s when not said.</summary>
    public Step<TData> Within(TimeSpan limit)
    {
        HasLimit = true;
        Timing = Timing with { Limit = limit };
        UndoTiming = UndoTiming with { Limit = limit };
        return this;
    }

    /// <summary>
    /// How often the command is sent, and the pauses between. Five times (ten after the pivot), from 1 s doubling to 1 min, when not said.
    /// </summary>
    public Step<TData> Attempted(int times, TimeSpan? firstPause = null, TimeSpan? longestPause = null)
    {
        Timing = With(Timing, times, firstPause, longestPause);
        return this;
    }

    /// <summary>How often the undo is sent, and the pauses between. Ten times, from 1 s doubling to 1 min, when not said.</summary>
    public Step<TData> UndoAttempted(int times, TimeSpan? firstPause = null, TimeSpan? longestPause = null)
    {
        UndoTiming = With(UndoTiming, times, firstPause, longestPause);
        return this;
    }

    /// <summary>The money that the step puts at risk until it is known to be undone. Only one step of a saga may have it.</summary>
    public Step<TData> PutsMoneyAtRisk(Func<TData, Money> money)
    {
        Money = money;
        return this;
    }

    /// <summary>The units of goods or places that the step keeps from others until it is known to be undone.</summary>
    public Step<TData> PutsUnitsAtRisk(Func<TData, long> units)
    {
        Units = units;
        return this;
    }

    internal Step<TData> CompletedByAny<TEvent>(Func<TData, TEvent, TData>? learn)
        where TEvent : class, ISagaMessage
    {
        Completion = typeof(TEvent);
        Roles.Add(new MessageRole<TData, TEvent>(Signal.Completed) { Learning = learn });
        return this;
    }

    internal StepShape Shape() => new(Name, Kind, Completion?.Name, RefusedWith?.Name, Undo?.Name, Undone?.Name)
    {
        UndoRefusal = UndoRefusedWith?.Name,
        Inquiry = Inquiry?.Name,
        IsNeverRefused = IsNeverRefused,
        CanContradict = Agreement is not null,
        Timing = Timing,
        UndoTiming = UndoTiming,
    };

    static StepTiming With(StepTiming timing, int times, TimeSpan? firstPause, TimeSpan? longestPause)
    {
        var first = firstPause ?? timing.Pause;
        var longest = longestPause ?? (first > timing.LongestPause ? first : timing.LongestPause);
        return timing with { Attempts = times, Pause = first, LongestPause = longest };
    }
}
