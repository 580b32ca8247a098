using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>One saga under test. A test gives it messages, lets time pass, and checks what it sends.</summary>
/// <remarks>
/// It needs no broker, no store and no waiting: it runs the pure decision with a clock that only the test moves. Between two messages the
/// saga's state is written as JSON and read again, as the journal does. It needs no test framework: an expectation that is not met throws a
/// <see cref="SagaTestException"/>.
/// </remarks>
public sealed class SagaTest<TSaga, TData>
    where TSaga : StepSaga<TData>, new()
    where TData : SagaData
{
    readonly HashSet<string> _held = new(StringComparer.Ordinal);
    readonly Dictionary<string, Probe?> _silent = new(StringComparer.Ordinal);
    readonly List<ISagaMessage> _allSent = [];
    readonly List<TimelineEntry> _timeline = [];
    List<ISagaMessage> _sent = [];
    SagaState<TData>? _state;
    Guid? _keyHolder;

    /// <summary>Creates a saga that has not begun.</summary>
    /// <exception cref="DefinitionException">The saga's table is invalid.</exception>
    public SagaTest() => _ = Definition.Messages;

    /// <summary>The definition of the saga.</summary>
    public TSaga Definition { get; } = new();

    /// <summary>The time, in UTC; only the test moves it.</summary>
    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The current state of the saga.</summary>
    /// <exception cref="SagaTestException">It has not begun.</exception>
    public SagaState<TData> State =>
        _state ?? throw new SagaTestException($"{Definition.Kind} has not begun: give it the message that starts it");

    /// <summary>The data of the saga.</summary>
    public TData Data => State.Data;

    /// <summary>The state's name, such as <c>Running: BookShipment</c>.</summary>
    public string StateName => Decider.FlowOf(Definition, State).Name(Definition.Table);

    /// <summary>The time at which the saga acts if nothing arrives, in UTC; null when it waits without limit.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>The messages that the last call sent and published.</summary>
    public IReadOnlyList<ISagaMessage> Sent => _sent;

    /// <summary>All messages that were sent and published.</summary>
    public IReadOnlyList<ISagaMessage> AllSent => _allSent;

    /// <summary>Every transition.</summary>
    public IReadOnlyList<TimelineEntry> Timeline => _timeline;

    /// <summary>Gives messages to the saga, one after the other.</summary>
    public SagaTest<TSaga, TData> Receive(params ISagaMessage[] messages)
    {
        _sent = [];
        foreach (var message in messages)
            Decide(message);
        return this;
    }

    /// <summary>Lets time pass. The saga acts on each deadline in this time when it is due.</summary>
    public SagaTest<TSaga, TData> TimePasses(TimeSpan time)
    {
        var until = Now + time;
        _sent = [];
        while (Deadline <= until)
            ActOnDeadline();
        Now = until;
        return this;
    }

    /// <summary>Lets time pass until the next deadline, and acts on it.</summary>
    /// <exception cref="SagaTestException">There is none.</exception>
    public SagaTest<TSaga, TData> NextDeadline()
    {
        _sent = [];
        if (Deadline is null)
            throw Failed("it has no deadline");
        ActOnDeadline();
        return this;
    }

    /// <summary>Lets time pass until the saga has no deadline any more: it is suspended or has ended.</summary>
    public SagaTest<TSaga, TData> UntilItStops()
    {
        while (Deadline is not null)
            NextDeadline();
        return this;
    }

    /// <summary>Lets another saga hold the business key that this one would start with.</summary>
    public SagaTest<TSaga, TData> KeyIsTaken(Guid by)
    {
        _keyHolder = by;
        return this;
    }

    /// <summary>Holds a step, as an operator does, or the intake (<see cref="HoldStep.Intake"/>).</summary>
    public SagaTest<TSaga, TData> Hold(string step)
    {
        _held.Add(step);
        return this;
    }

    /// <summary>Releases a held step. A saga that waits for the step continues.</summary>
    public SagaTest<TSaga, TData> Release(string step)
    {
        _sent = [];
        _held.Remove(step);
        if (_state is not null)
            Decide(new DeadlineReached(State.Id, Now));
        return this;
    }

    /// <summary>Lets the breaker hold a command or an undo, because no saga gets an answer to it.</summary>
    /// <param name="command">The command's name.</param>
    public SagaTest<TSaga, TData> FallsSilent(string command)
    {
        _silent[command] = null;
        return this;
    }

    /// <summary>Lets this saga try a command that the breaker holds.</summary>
    /// <param name="command">The command's name.</param>
    public SagaTest<TSaga, TData> Tries(string command)
    {
        _sent = [];
        _silent[command] = new Probe(State.Id, State.Version);
        Decide(new DeadlineReached(State.Id, Now));
        return this;
    }

    /// <summary>
    /// Lets the breaker release a command, because another saga got an answer. A saga that waits for the command continues.
    /// </summary>
    /// <param name="command">The command's name.</param>
    public SagaTest<TSaga, TData> IsAnsweredElsewhere(string command)
    {
        _sent = [];
        _silent.Remove(command);
        Decide(new DeadlineReached(State.Id, Now));
        return this;
    }

    /// <summary>Expects that the last call sent exactly one message, of this type.</summary>
    public SagaTest<TSaga, TData> Sends<T>()
        where T : ISagaMessage => Sends(typeof(T));

    /// <summary>Expects that the last call sent exactly two messages, of these types, in this order.</summary>
    public SagaTest<TSaga, TData> Sends<T1, T2>()
        where T1 : ISagaMessage
        where T2 : ISagaMessage => Sends(typeof(T1), typeof(T2));

    /// <summary>Expects that the last call sent messages of exactly these types, in this order.</summary>
    public SagaTest<TSaga, TData> Sends(params Type[] types) => Names(_sent).SequenceEqual(types.Select(type => type.Name))
        ? this
        : throw Failed($"expected {Listed(types.Select(type => type.Name))} to be sent, but it was {Listed(Names(_sent))}");

    /// <summary>Expects that the last call sent nothing.</summary>
    public SagaTest<TSaga, TData> SendsNothing() => Sends([]);

    /// <summary>Expects the saga in a state, by its name, such as <c>Running: BookShipment</c> or <c>Completed</c>.</summary>
    public SagaTest<TSaga, TData> Is(string state) =>
        StateName == state ? this : throw Failed($"expected it to be {state}, but it is {StateName}");

    void ActOnDeadline()
    {
        var due = Deadline!.Value;
        Now = due > Now ? due : Now;
        Decide(new DeadlineReached(State.Id, due));
        if (Deadline <= due)
            throw Failed($"it did not act on its deadline {due:u}");
    }

    void Decide(ISagaMessage message)
    {
        Refuse(message);
        var from = _state is null ? null : StateName;
        var decision = Decider.Decide(
            Definition, _state, AsTheWireCarriesIt(message), new Circumstances(Now, _held) { KeyHolder = _keyHolder, Silent = _silent });
        Deadline = decision.Deadline;
        if (decision.Answered is { } answered)
            _silent.Remove(answered);
        if (decision.IsNothing)
            return;
        if (Definition.BusinessKeyOf(decision.State.Data) is null)
            throw Failed("its business key is null; StartedBy(key: …) must give each instance one");
        foreach (var outgoing in decision.Outgoing)
            Refuse(outgoing, decision.State);
        _state = decision.State with { Data = AsTheJournalReadsIt(decision.State.Data) };
        var sent = decision.Outgoing.Select(outgoing => outgoing.Message).ToList();
        _sent.AddRange(sent);
        _allSent.AddRange(sent);
        _timeline.Add(new TimelineEntry(Now, message.GetType().Name, from, StateName, [.. Names(sent)], decision.Remark));
    }

    // Refuses what the wire and the store would refuse.
    void Refuse(ISagaMessage message)
    {
        if (message.SagaId == Guid.Empty)
            throw Failed($"{message.GetType().Name} names no saga: its id is all zeros");
        if (_state is { Id: var id } && id != message.SagaId)
            throw Failed($"{message.GetType().Name} is for {message.SagaId}, and this instance is {id}");
    }

    // Refuses what its receiver would refuse. Otherwise the answer would be for another saga or another epoch.
    void Refuse(Outgoing outgoing, SagaState<TData> state)
    {
        var (message, name) = (outgoing.Message, outgoing.Message.GetType().Name);
        if (message.SagaId != state.Id)
            throw Failed($"it sends {name} for {message.SagaId}, and this instance is {state.Id}");
        if (message is IStepMessage { Epoch: var epoch } && outgoing.Step is { } step && state.Data.Steps[step].Epoch is var known
            && epoch != known)
            throw Failed($"it sends {name} for epoch {epoch}, and {step} is at epoch {known}; pass on the epoch that the table gives");
        if (MissingValue.In(message) is { } missing)
            throw Failed($"it sends {name} without {missing}, which is null");
    }

    ISagaMessage AsTheWireCarriesIt(ISagaMessage message)
    {
        try
        {
            var json = JsonSerializer.Serialize(message, message.GetType(), WireJson.Options);
            return (ISagaMessage)JsonSerializer.Deserialize(json, message.GetType(), WireJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Failed($"{message.GetType().Name} can't be read from JSON, the format on the wire: {e.Message}");
        }
    }

    static TData AsTheJournalReadsIt(TData data) =>
        JsonSerializer.Deserialize<TData>(JsonSerializer.Serialize(data, WireJson.Options), WireJson.Options)!;

    SagaTestException Failed(string what) =>
        new($"{Definition.Kind}: {what}.{string.Concat(_timeline.Select(entry => $"{Environment.NewLine}  {entry}"))}");

    static IEnumerable<string> Names(IEnumerable<ISagaMessage> messages) => messages.Select(message => message.GetType().Name);

    static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "nothing";
}
