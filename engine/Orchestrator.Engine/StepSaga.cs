using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Engine;

/// <summary>A saga as a table of steps. A saga derives from it and writes the table in its constructor.</summary>
/// <remarks>
/// Everything given here is pure: no clock, no database, no bus, no randomness. The same data and message give the same
/// result on every machine and at every replay.
/// </remarks>
public abstract class StepSaga<TData>
    where TData : SagaData
{
    readonly List<IReadOnlyList<Step<TData>>> _stages = [];
    readonly List<SagaColumn> _columns = [];
    readonly List<string> _searched = [];
    StepTable? _table;
    IReadOnlyList<Step<TData>>? _steps;
    Dictionary<Type, MessageRole<TData>>? _roles;
    readonly List<Type> _ends = [], _answers = [];
    Func<TData, string> _key = _ => "";
    Func<ISagaMessage, string?> _violation = _ => null;

    /// <summary>Begins a table.</summary>
    /// <param name="kind">The saga's name: kebab-case, the key of its rows, the name of its queues and (with underscores) of its
    /// view.</param>
    /// <param name="version">The version of this definition, from 1. Raise it when the table changes.</param>
    protected StepSaga(string kind, int version)
    {
        Kind = kind;
        Version = version;
    }

    /// <summary>The saga's name: the column <c>kind</c>.</summary>
    public string Kind { get; }

    /// <summary>The version of this definition.</summary>
    public int Version { get; }

    /// <summary>How long the whole saga may take from its first message; no limit when absent.</summary>
    public TimeSpan? TimeLimit { get; private set; }

    /// <summary>True when no two sagas may have the same business key.</summary>
    public bool HasUniqueKey { get; private set; }

    /// <summary>The factor of every time limit and pause: 1, or less in trials that must be short.</summary>
    public double Pace { get; init; } = 1;

    /// <summary>The steps in order; those of one stage run side by side.</summary>
    public IReadOnlyList<IReadOnlyList<Step<TData>>> Stages => _stages;

    /// <summary>What the view of this saga shows beside the columns that every saga has.</summary>
    public IReadOnlyList<SagaColumn> Columns =>
        [.. _columns.Select(column => column with { IsSearched = _searched.Contains(column.Name) })];

    internal IReadOnlyList<string> Searched => _searched;

    /// <summary>The table without the saga's data.</summary>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public StepTable Table => _table ??= new StepTable(Kind, [.. _stages.Select(stage => stage.Select(step => step.Shape()).ToArray())]);

    /// <summary>Every type of message that moves this saga.</summary>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public IEnumerable<Type> Messages => Roles.Keys;

    /// <summary>Every type of message that this saga sends or publishes.</summary>
    public IEnumerable<Type> Sends => AllSteps
        .SelectMany(step => new[] { step.Command, step.Undo, step.Inquiry })
        .OfType<Type>()
        .Concat(_ends)
        .Concat(_answers)
        .Concat([typeof(SagaSuspended), typeof(OperatorCommandAccepted), typeof(OperatorCommandRefused)])
        .Distinct();

    internal IReadOnlyList<Type> Answers => _answers;

    /// <summary>The events that are published when a saga ends.</summary>
    public IReadOnlyCollection<Type> EndEvents => _ends;

    /// <summary>The message that starts a saga.</summary>
    public Type? StartedWith => Start?.Message;

    /// <summary>The message that turns a saga back; null when only an operator can.</summary>
    public Type? CancelledWith { get; private set; }

    /// <summary>The types of the answers that the saga expects to a command, an undo or an inquiry of its steps.</summary>
    public IEnumerable<Type> AnswersTo(Type message) => AllSteps.SelectMany(step => new (Type? Asked, Type? Answer)[]
        {
            (step.Command, step.Completion), (step.Command, step.RefusedWith), (step.Undo, step.Undone),
            (step.Undo, step.UndoRefusedWith), (step.Inquiry, step.Completion), (step.Inquiry, step.RefusedWith),
            (step.Inquiry, step.Unknown),
        })
        .Where(pair => pair.Asked == message).Select(pair => pair.Answer).OfType<Type>().Distinct();

    internal IReadOnlyList<Step<TData>> AllSteps => _steps ??= [.. _stages.SelectMany(stage => stage)];

    internal MessageRole<TData>? Start { get; private set; }

    internal MessageRole<TData>? Cancel { get; private set; }

    internal Func<TData, ISagaMessage> Completion { get; private set; } = null!;

    internal Func<TData, Refusal, ISagaMessage> Cancellation { get; private set; } = null!;

    internal Func<ISagaMessage, TData> CancelledInAdvance { get; private set; } = null!;

    internal Func<TData, string, ISagaMessage> CancellationRefusal { get; private set; } = null!;

    internal Func<TData, string, ISagaMessage>? Conflict { get; private set; }

    internal IReadOnlyDictionary<Type, MessageRole<TData>> Roles => _roles ??= CheckedRoles();

    /// <summary>The name that people know a saga by: the column <c>business_key</c>.</summary>
    public string BusinessKeyOf(TData data) => _key(data);

    /// <summary>True for the type of message that starts a saga.</summary>
    public bool Starts(Type message) => Start?.Message == message;

    /// <summary>Why a starting message can't be accepted; null when it can.</summary>
    public string? Violation(ISagaMessage start) => _violation(start);

    /// <summary>The event that starts a saga.</summary>
    /// <param name="create">Makes the saga's data from it.</param>
    /// <param name="key">The name that people know the saga by: the column <c>business_key</c>.</param>
    /// <param name="violation">Why an event can't be accepted: it goes to the dead letters with that reason. Null when it can.</param>
    protected void StartedBy<TEvent>(Func<TEvent, TData> create, Func<TData, string> key, Func<TEvent, string?> violation)
        where TEvent : class, ISagaMessage
    {
        Start = new MessageRole<TData, TEvent>(null) { Learning = (_, message) => create(message) };
        _key = key;
        _violation = message => violation((TEvent)message);
    }

    /// <summary>
    /// No two sagas may have the same business key. A saga that would start with the key of another is cancelled before its first step, and
    /// answered as <see cref="ConflictsWith{TEvent}"/> says. This holds on every replica, and also when the other saga has ended. A saga
    /// that is cancelled in advance has no key.
    /// </summary>
    protected void UniqueKey() => HasUniqueKey = true;

    /// <summary>The command that turns a saga back, as long as its pivot has not been sent.</summary>
    /// <param name="inAdvance">Makes the data of a saga that is cancelled before its first message has come.</param>
    /// <param name="refused">The answer when it is too late, with the reason.</param>
    protected void CancelledBy<TCancel, TRefused>(Func<TCancel, TData> inAdvance, Func<TData, string, TRefused> refused)
        where TCancel : class, ICancellation
        where TRefused : class, ISagaMessage
    {
        Cancel = new MessageRole<TData, TCancel>(null);
        CancelledWith = typeof(TCancel);
        CancelledInAdvance = message => inAdvance((TCancel)message);
        CancellationRefusal = refused;
        _answers.Add(typeof(TRefused));
    }

    /// <summary>
    /// The event that answers a starting message that conflicts with another saga, with the reason. Either a saga with other content has
    /// the same id, or another saga has the <see cref="UniqueKey"/>. Without this event, a message with the same id goes to the dead
    /// letters, and for the same key only the cancellation is published.
    /// </summary>
    protected void ConflictsWith<TEvent>(Func<TData, string, TEvent> compose)
        where TEvent : class, ISagaMessage
    {
        Conflict = compose;
        _answers.Add(typeof(TEvent));
    }

    /// <summary>The next step: it is sent when the one before is done.</summary>
    protected void Then(Step<TData> step) => _stages.Add([step]);

    /// <summary>The next steps, side by side: all are sent at once, and the saga goes on when all are done.</summary>
    protected void InParallel(params Step<TData>[] steps) => _stages.Add(steps);

    /// <summary>A step that can be undone.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Compensatable<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Compensatable, typeof(TCommand), compose);

    /// <summary>The last step that business may refuse: it names its refusal, or says <see cref="Step{TData}.NeverRefused"/>.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Pivot<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Pivot, typeof(TCommand), compose);

    /// <summary>A step after the pivot, which succeeds sooner or later.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Retriable<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Retriable, typeof(TCommand), compose);

    /// <summary>A step without a command: the saga waits for an event from outside, which may also come before its turn.</summary>
    /// <param name="learn">What the saga takes from the event into its data; nothing when omitted.</param>
    protected static Step<TData> Await<TEvent>(Func<TData, TEvent, TData>? learn = null)
        where TEvent : class, ISagaMessage => new Step<TData>(StepKind.External, typeof(TEvent).Name).CompletedByAny(learn);

    /// <summary>
    /// How long the whole saga may take, from its first message. Before the pivot it then turns back, after it an operator is called.
    /// </summary>
    protected void EndsWithin(TimeSpan limit) => TimeLimit = limit;

    /// <summary>The event that is published when every step is done.</summary>
    protected void Completes<TEvent>(Func<TData, TEvent> compose)
        where TEvent : class, ISagaMessage
    {
        Completion = compose;
        _ends.Add(typeof(TEvent));
    }

    /// <summary>The event that is published when everything has been undone; it says why.</summary>
    protected void Cancels<TEvent>(Func<TData, Refusal, TEvent> compose)
        where TEvent : class, ISagaMessage
    {
        Cancellation = compose;
        _ends.Add(typeof(TEvent));
    }

    /// <summary>A plain column of the saga's view.</summary>
    /// <param name="name">The column's name: lower-case letters, digits and underscores, and not one of
    /// <see cref="SagaColumn.OfEverySaga"/>.</param>
    /// <param name="path">Where it stands in the data's JSON: camel case, dots between levels.</param>
    protected void Shows(string name, string path) =>
        _columns.Add(new SagaColumn(name, path) { IsNumber = DataPath.IsNumber(typeof(TData), path) });

    /// <summary>The columns of the saga's view by which sagas are searched with an index.</summary>
    /// <remarks>They are texts. The first 500 characters of each count.</remarks>
    /// <param name="columns">Names that were given to <see cref="Shows"/>.</param>
    protected void SearchedBy(params string[] columns) => _searched.AddRange(columns);

    Dictionary<Type, MessageRole<TData>> CheckedRoles()
    {
        var roles = new Dictionary<Type, MessageRole<TData>>();
        DefinitionCheck.Check(this);
        foreach (var role in new[] { Start!, Cancel }.OfType<MessageRole<TData>>())
            Add(role);
        foreach (var (step, index) in AllSteps.Select((step, index) => (step, index)))
        {
            foreach (var role in step.Roles)
            {
                role.Step = index;
                Add(role);
            }

            // One question may be asked about several steps; its answer names the step.
            if (step.UnknownRole is { } unknown && roles.GetValueOrDefault(unknown.Message) is not { Step: < 0 })
                Add(unknown);
        }

        Add(new MessageRole<TData, DeadlineReached>(null));
        Add(new MessageRole<TData, ResumeSaga>(null));
        Add(new MessageRole<TData, CompensateSaga>(null));
        Add(new MessageRole<TData, ResolveStep>(null));
        Add(new MessageRole<TData, RetryStep>(null));
        Add(new MessageRole<TData, RescheduleDeadline>(null));
        return roles;

        void Add(MessageRole<TData> role)
        {
            if (!roles.TryAdd(role.Message, role))
                throw new DefinitionException(
                    Kind, $"{role.Message.Name} has two meanings; each message may stand in one place of the table");
        }
    }
}

/// <summary>What is true of every saga.</summary>
public static class StepSaga
{
    /// <summary>True for messages that are sent to the queues of a saga's kind, not published.</summary>
    public static bool IsAddressed(Type message) =>
        message == typeof(DeadlineReached) || message.IsAssignableTo(typeof(IOperatorCommand))
        || message.IsAssignableTo(typeof(ICancellation));
}
