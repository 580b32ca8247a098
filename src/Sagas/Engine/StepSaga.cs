using Orchestrator.Contracts;

namespace Orchestrator.Sagas.Engine;

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
    StepTable? _table;
    Dictionary<Type, MessageRole<TData>>? _roles;
    readonly List<Type> _ends = [];
    Func<TData, string> _key = _ => "";
    Func<ISagaMessage, string?> _violation = _ => null;

    /// <summary>Begins a table.</summary>
    /// <param name="kind">The saga's name: kebab-case, the key of its rows.</param>
    /// <param name="version">Of this definition, from 1; raised when the table changes.</param>
    protected StepSaga(string kind, int version)
    {
        Kind = kind;
        Version = version;
    }

    /// <summary>The saga's name: the column <c>kind</c>.</summary>
    public string Kind { get; }

    /// <summary>The version of this definition.</summary>
    public int Version { get; }

    /// <summary>The steps in order; those of one stage run side by side.</summary>
    public IReadOnlyList<IReadOnlyList<Step<TData>>> Stages => _stages;

    /// <summary>What the view of this saga shows beside the columns that every saga has.</summary>
    public IReadOnlyList<SagaColumn> Columns => _columns;

    /// <summary>The table without the saga's data.</summary>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public StepTable Table => _table ??= new StepTable(Kind, [.. _stages.Select(stage => stage.Select(Shape).ToArray())]);

    /// <summary>Every type of message that moves this saga.</summary>
    public IEnumerable<Type> Messages => Roles.Keys;

    /// <summary>Every type of message that this saga sends or publishes.</summary>
    public IEnumerable<Type> Sends => AllSteps
        .SelectMany(step => new[] { step.Command, step.Undo })
        .OfType<Type>()
        .Concat(_ends);

    internal IReadOnlyList<Step<TData>> AllSteps => [.. _stages.SelectMany(stage => stage)];

    internal MessageRole<TData>? Start { get; private set; }

    internal Func<TData, ISagaMessage> Completion { get; private set; } = null!;

    internal Func<TData, Refusal, ISagaMessage> Cancellation { get; private set; } = null!;

    internal IReadOnlyDictionary<Type, MessageRole<TData>> Roles => _roles ??= CheckedRoles();

    /// <summary>The name that people know an instance by: the column <c>business_key</c>.</summary>
    public string BusinessKeyOf(TData data) => _key(data);

    /// <summary>Whether a message of this type starts an instance.</summary>
    public bool Starts(Type message) => Start?.Message == message;

    /// <summary>Why a starting message can't be accepted; nothing when it can.</summary>
    public string? Violation(ISagaMessage start) => _violation(start);

    /// <summary>The event that starts an instance.</summary>
    /// <param name="create">Makes the instance's data from it.</param>
    /// <param name="key">The name that people know the instance by: the column <c>business_key</c>.</param>
    /// <param name="violation">Why an event can't be accepted, if it can't: it goes to the dead letters with that reason.</param>
    protected void StartedBy<TEvent>(Func<TEvent, TData> create, Func<TData, string> key, Func<TEvent, string?> violation)
        where TEvent : class, ISagaMessage
    {
        Start = new MessageRole<TData, TEvent>(null, (_, message) => create(message));
        _key = key;
        _violation = message => violation((TEvent)message);
    }

    /// <summary>The next step: it is sent when the one before is done.</summary>
    protected void Then(Step<TData> step) => _stages.Add([step]);

    /// <summary>The next steps, side by side: all are sent at once, and the saga goes on when all are done.</summary>
    protected void InParallel(params Step<TData>[] steps) => _stages.Add(steps);

    /// <summary>A step that can be undone.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Compensatable<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Compensatable, typeof(TCommand), compose);

    /// <summary>The last step that business may refuse.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Pivot<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Pivot, typeof(TCommand), compose);

    /// <summary>A step after the pivot, which succeeds sooner or later.</summary>
    /// <param name="compose">Makes its command from the saga's data and the step's epoch.</param>
    protected static Step<TData> Retriable<TCommand>(Func<TData, int, TCommand> compose)
        where TCommand : class, IStepMessage => new(StepKind.Retriable, typeof(TCommand), compose);

    /// <summary>The event that tells the world that every step is done.</summary>
    protected void Completes<TEvent>(Func<TData, TEvent> compose)
        where TEvent : class, ISagaMessage
    {
        Completion = compose;
        _ends.Add(typeof(TEvent));
    }

    /// <summary>The event that tells the world that everything has been undone, and why.</summary>
    protected void Cancels<TEvent>(Func<TData, Refusal, TEvent> compose)
        where TEvent : class, ISagaMessage
    {
        Cancellation = compose;
        _ends.Add(typeof(TEvent));
    }

    /// <summary>A plain column of the saga's view.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="path">Where it stands in the data's JSON: camel case, dots between levels.</param>
    protected void Shows(string name, string path) => _columns.Add(new SagaColumn(name, path));

    static StepShape Shape(Step<TData> step) => new(
        step.Name, step.Kind, step.Completion?.Name, step.RefusedWith?.Name, step.Undo?.Name, step.Undone?.Name);

    Dictionary<Type, MessageRole<TData>> CheckedRoles()
    {
        _ = Table;
        if (Start is null)
            throw new DefinitionException(Kind, "nothing starts it; name the event with StartedBy");
        if (_ends.Count != 2)
            throw new DefinitionException(Kind, "its end is not announced; name one event with Completes and one with Cancels");

        var roles = new Dictionary<Type, MessageRole<TData>> { [Start.Message] = Start };
        foreach (var (step, index) in AllSteps.Select((step, index) => (step, index)))
        {
            foreach (var role in step.Roles)
            {
                role.Step = index;
                if (!roles.TryAdd(role.Message, role))
                    throw new DefinitionException(Kind, $"{role.Message.Name} has two meanings; each message may stand in one place of the table");
            }
        }

        foreach (var command in AllSteps.SelectMany(step => new[] { step.Command, step.Undo }).OfType<Type>())
        {
            if (!command.IsDefined(typeof(SentToAttribute), inherit: false))
                throw new DefinitionException(Kind, $"nobody owns {command.Name}; put [SentTo(queue)] on it");
        }

        return roles;
    }
}
