using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Participants;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation;

/// <summary>The description of a saga for the simulation: how it starts, its participants, and other parts.</summary>
/// <remarks>
/// <see cref="StartedBy"/> and the participants are needed. The general checks need no description: the journal replays to the saga's row,
/// every saga ends, no message is lost, no message is set aside without a reason, and only its holder releases a hold.
/// </remarks>
/// <typeparam name="TData">The data of the saga.</typeparam>
public sealed class SimulatedSaga<TData>
    where TData : SagaData
{
    readonly List<Func<StepSaga<TData>>> _versions;
    readonly List<HostedParticipant> _participants = [];
    readonly List<string> _defects = [];
    readonly List<OutsideEvent> _outside = [];
    readonly string _name;

    internal SimulatedSaga(string name, Func<StepSaga<TData>> saga) => (_name, _versions) = (name, [saga]);

    internal IReadOnlyList<string> Defects => _defects;

    internal IReadOnlyList<HostedParticipant> Participants => _participants;

    internal IReadOnlyList<OutsideEvent> OutsideEvents => _outside;

    internal Func<Guid, int, Dice, ISagaMessage>? Start { get; private set; }

    internal Func<Guid, ISagaMessage>? Cancellation { get; private set; }

    internal Func<ISagaMessage, ISagaMessage>? Resubmission { get; private set; }

    internal Func<MemoryDatabase, Guid, IEnumerable<(string Step, StepResolution As)>>? Books { get; private set; }

    internal List<Func<MemoryDatabase, IEnumerable<string>>> FinalChecks { get; } = [];

    /// <summary>States the message that starts a saga.</summary>
    /// <param name="start">Makes the message from the saga's id, the saga's number in the run (from 1) and dice. The saga must accept it.
    /// Let the dice decide whether a participant will refuse, so that the runs take every way through the table.</param>
    public SimulatedSaga<TData> StartedBy(Func<Guid, int, Dice, ISagaMessage> start)
    {
        Start = start;
        return this;
    }

    /// <summary>States the message that cancels a saga. Without it, a sample of the type that the table names is sent.</summary>
    /// <param name="cancel">Makes the message from the saga's id.</param>
    public SimulatedSaga<TData> CancelledBy(Func<Guid, ISagaMessage> cancel)
    {
        Cancellation = cancel;
        return this;
    }

    /// <summary>
    /// States another submission with the id of a saga, for a saga that answers it (<c>ConflictsWith</c>). Without it, the first submission
    /// comes again.
    /// </summary>
    /// <param name="another">Makes it from the first submission.</param>
    public SimulatedSaga<TData> ResubmittedAs(Func<ISagaMessage, ISagaMessage> another)
    {
        Resubmission = another;
        return this;
    }

    /// <summary>Adds a participant of the kit. Its queues and subscriptions follow from its operations.</summary>
    /// <param name="make">Makes the participant, on a database.</param>
    /// <param name="tables">Makes its tables. Without it, all migrations in the participant's assembly are applied.</param>
    public SimulatedSaga<TData> Participant(Func<Database, IParticipant> make, Func<Database, Task>? tables = null) =>
        Participant((database, _) => make(database), tables);

    /// <summary>Adds a participant of the kit that may have a deliberate mistake.</summary>
    /// <param name="make">Makes the participant, on a database. It can ask whether a mistake that <see cref="Plants"/> names is
    /// wanted.</param>
    /// <param name="tables">Makes its tables. Without it, all migrations in the participant's assembly are applied.</param>
    public SimulatedSaga<TData> Participant(Func<Database, Defect, IParticipant> make, Func<Database, Task>? tables = null)
    {
        _participants.Add(new HostedParticipant(make, tables));
        return this;
    }

    /// <summary>Adds a participant that is not written with the kit.</summary>
    /// <param name="queue">The queue of its commands.</param>
    /// <param name="answers">Describes how it handles its messages. It may write to the database.</param>
    /// <param name="tables">Creates its tables, if it has any.</param>
    public SimulatedSaga<TData> Participant(
        string queue, Action<SimulatedParticipant, Database> answers, Func<Database, Task>? tables = null)
    {
        _participants.Add(new HostedParticipant(queue, answers, tables));
        return this;
    }

    /// <summary>
    /// States an event from outside that the saga awaits: it is published some time after another event. Sometimes the simulation lets it
    /// come too early.
    /// </summary>
    /// <param name="happens">Makes the second event from the saga's id. It must always make the same event.</param>
    /// <param name="after">The time between the two events; null when the second never happens.</param>
    /// <param name="onlyIf">Whether it still happens when the time has come. It can read the participants' tables.</param>
    /// <typeparam name="TCause">The first event: an event of a participant, or the message that starts the saga.</typeparam>
    /// <typeparam name="TEvent">The second event.</typeparam>
    public SimulatedSaga<TData> Outside<TCause, TEvent>(
        Func<Guid, TEvent> happens, Func<Guid, TimeSpan?> after, Func<MemoryDatabase, Guid, bool>? onlyIf = null)
        where TCause : class, ISagaMessage
        where TEvent : class, ISagaMessage
    {
        _outside.Add(new OutsideEvent(typeof(TCause), happens, after, onlyIf));
        return this;
    }

    /// <summary>Adds the next version of the saga. Workers with it replace the others while sagas run.</summary>
    /// <typeparam name="TNext">The saga's next version. It has the same kind and a higher version.</typeparam>
    public SimulatedSaga<TData> Next<TNext>()
        where TNext : StepSaga<TData>, new()
    {
        _versions.Add(() => new TNext());
        return this;
    }

    /// <summary>
    /// States how to read the outcomes of a saga's steps from the books of the participants. Operators use it to resolve steps.
    /// </summary>
    /// <param name="books">Reads the tables of the participants.</param>
    public SimulatedSaga<TData> Known(Func<MemoryDatabase, Guid, IEnumerable<(string Step, StepResolution As)>> books)
    {
        Books = books;
        return this;
    }

    /// <summary>
    /// Adds checks for this saga: conditions between the participants' tables and the table <c>saga</c> at the end of a run.
    /// </summary>
    /// <param name="violations">Returns the violations, one sentence each.</param>
    public SimulatedSaga<TData> Checks(Func<MemoryDatabase, IEnumerable<string>> violations)
    {
        FinalChecks.Add(violations);
        return this;
    }

    /// <summary>Names deliberate mistakes of this saga, which its checks must find.</summary>
    /// <param name="defects">The names for <c>--defect</c>.</param>
    public SimulatedSaga<TData> Plants(params string[] defects)
    {
        _defects.AddRange(defects);
        return this;
    }

    internal StepSaga<TData>[] Versions() => [.. _versions.Select(version => version())];

    /// <summary>Checks the description.</summary>
    /// <exception cref="SimulationException">The description is invalid.</exception>
    internal void Check()
    {
        var versions = Versions();
        if (versions.Zip(versions.Skip(1)).Any(pair => pair.First.Kind != pair.Second.Kind || pair.First.Version >= pair.Second.Version))
        {
            throw Problem("each later version must have the same kind and a higher version; they are "
                + string.Join(", ", versions.Select(version => FormattableString.Invariant($"{version.Kind} {version.Version}"))));
        }

        CheckStart(versions[0]);
        foreach (var participant in _participants)
            participant.Learn(_name);
        var answered = _participants.SelectMany(participant => participant.Answered).ToHashSet();
        foreach (var step in versions.SelectMany(version => version.Stages).SelectMany(stage => stage))
        {
            var commands = new[] { step.Command, step.Undo, step.Inquiry }.OfType<Type>();
            if (commands.FirstOrDefault(type => !answered.Contains(type)) is not { } unanswered)
                continue;
            throw Problem(
                $"no participant handles {unanswered.Name}, which goes to {QueueOf(unanswered) ?? "no queue"}; add its participant with "
                + $"Participant(…)");
        }
    }

    void CheckStart(StepSaga<TData> saga)
    {
        if (Start is null)
            throw Problem("there is no message that starts a saga; state it with StartedBy((id, number, dice) => …)");
        var id = DerivedId.From(_name, nameof(CheckStart));
        var start = Start(id, 1, new Dice(0));
        if (!saga.Starts(start.GetType()))
            throw Problem($"StartedBy gives a {start.GetType().Name}, and the saga is started by {saga.StartedWith?.Name}");
        if (start.SagaId != id)
            throw Problem($"StartedBy gives a {start.GetType().Name} of another saga; it must have the id that StartedBy gets");
        if (saga.Violation(start) is { } violation)
            throw Problem($"StartedBy gives a {start.GetType().Name} that the saga does not accept: {violation}");
    }

    SimulationException Problem(string problem) => new($"{_name}: {problem}");

    static string? QueueOf(Type command) => ((SentToAttribute?)Attribute.GetCustomAttribute(command, typeof(SentToAttribute)))?.Queue;
}
