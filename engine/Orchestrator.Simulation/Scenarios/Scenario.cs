using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.MassTransit;
using Orchestrator.Participants;
using Orchestrator.Simulation.Checks;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;
using Orchestrator.Testing;
using Delivery = Orchestrator.Simulation.Worlds.Delivery;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>One run of a saga: its worker in two replicas, its participants, users who cancel, and operators.</summary>
/// <remarks>
/// Most sagas join the simulation by <see cref="Simulations.Add{TSaga, TData}"/>, which needs no class. Derive from this class for a saga
/// whose participants have special faults.
/// </remarks>
/// <typeparam name="TData">The data of the saga.</typeparam>
public abstract class Scenario<TData> : IScenario
    where TData : SagaData
{
    const int Replicas = 2;

    // The time that outages, unreadable rows and operators may add to the limits of the tables.
    static readonly TimeSpan Delays = TimeSpan.FromDays(14);

    [ThreadStatic]
    static Dictionary<(object Owner, string Name), MemoryDatabase>? t_databases;

    static readonly IReadOnlyList<string> Workers =
        [.. Enumerable.Range(0, Replicas).Select(replica => string.Create(CultureInfo.InvariantCulture, $"worker-{replica}"))];

    readonly List<string> _queues = [];
    readonly List<Guid> _instances = [];
    readonly Worker<TData> _worker;
    readonly Rollouts<TData> _rollouts;
    readonly Operators<TData> _operators;
    readonly Strays<TData> _strays;
    readonly LivenessChecks<TData> _liveness;
    readonly Blockades _blockades;
    readonly bool _isNextOfParticipants;

    /// <summary>Creates a run that has not begun.</summary>
    /// <param name="world">The world of the run.</param>
    /// <param name="versions">The definition, and the later versions that replace it while sagas run.</param>
    protected Scenario(World world, params StepSaga<TData>[] versions)
    {
        World = world;
        Store = NewDatabase("store", world.StoreTime, async store =>
        {
            await JournalSchema.Migrate(store);
            await Prepare(store);
        });
        IReadOnlyList<SagaKind<TData>> kinds = [.. versions.Select(version => new SagaKind<TData>(version))];
        Horizon = Delays + versions.Max(LongestLife);
        _worker = new Worker<TData>(world, Store, kinds, Misread);
        _blockades = new Blockades(world, Store, Storm);
        _liveness = new LivenessChecks<TData>(world, Store, _worker, _blockades, _instances);
        _rollouts = new Rollouts<TData>(world, _worker, Workers);
        _operators = new Operators<TData>(world, Store, kinds[0], Storm, Known);
        _strays = new Strays<TData>(world, _worker, Storm);
        _isNextOfParticipants = world.Faults.Strikes(Fault.NextParticipant, 300);
    }

    /// <inheritdoc />
    public TimeSpan Storm { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public TimeSpan Horizon { get; }

    /// <inheritdoc />
    public int Instances => _instances.Count;

    /// <summary>Scenarios with the same value have the same tables, so a database is created once for many runs.</summary>
    private protected virtual object TablesOf => GetType();

    /// <summary>The world of the run.</summary>
    protected World World { get; }

    /// <summary>The deliberate mistake, if there is one.</summary>
    protected Defect Defect => World.Defect;

    /// <summary>The tables of the sagas and of the participants.</summary>
    protected MemoryDatabase Store { get; }

    /// <inheritdoc />
    public void Begin(int instances)
    {
        foreach (var replica in Workers)
            World.Host(replica, process => _worker.Start(process, replica));
        Participants();
        var begin = new List<TimeSpan>(instances);
        for (var i = 1; i <= instances; i++)
            begin.Add(BeginOne(i));
        _rollouts.Plan(Storm);
        _operators.Plan(_queues);
        BreakALine();
        SilenceAParticipant();
        AnswerWrongly([.. _instances.Zip(begin)]);
        _blockades.Plan(
            [.. _queues, SagaQueues.Intake(_worker.First.Name), SagaQueues.Outcomes(_worker.First.Name)], [Worker<TData>.Party, .. _queues],
            [.. _instances.Zip(begin)], Workers);
    }

    /// <inheritdoc />
    public bool IsDone() => !_operators.AreExpected && !_blockades.IsAnyUnreadable && Store.ReadNow(sql => sql.First(
        """
        SELECT NOT EXISTS (SELECT 1 FROM saga WHERE completed_at IS NULL AND state <> 'Suspended')
           AND NOT EXISTS (SELECT 1 FROM saga WHERE deadline IS NOT NULL)
        """,
        row => row.GetBoolean(0)));

    // A late copy of an answer to a saga that has ended under a definition which does not know the answer's type. The definition can't read
    // the answer, and other versions may not change the saga. So it waits for ever, as in the product.
    /// <inheritdoc />
    public bool IsLeftOver(Delivery delivery) =>
        delivery.Queue == SagaQueues.Outcomes(_worker.First.Name) && Store.ReadNow(sql => sql.First(
        "SELECT definition_version FROM saga WHERE id = @id AND completed_at IS NOT NULL", row => (int?)row.GetInt32(0),
        ("id", delivery.Message.Read().SagaId))) is { } version && !_worker.Knows(version, delivery.Message.Type);

    /// <inheritdoc />
    public IEnumerable<string> Violations() => World.IsBrokenOff ? [.. _liveness.Violations(), .. DeadLetters()] :
    [
        .. JournalChecks.Violations(Store, _worker, _instances, Defect), .. HoldChecks.Violations(Store), .. _liveness.Violations(),
        .. _operators.Violations,
        .. Checks(), .. DeadLetters(),
    ];

    /// <inheritdoc />
    public IEnumerable<string> Timeline() => Store.ReadNow(sql => sql.Query(
        """
        SELECT j.at, s.business_key, j.seq, j.message_type, coalesce(j.from_state, '-'), j.to_state, coalesce(j.remark, '')
        FROM journal j JOIN saga s ON s.kind = j.kind AND s.id = j.saga_id
        ORDER BY s.business_key, j.seq
        """,
        row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.GetString(0),-28}  {row.GetString(1)}  {row.GetInt64(2),3}  {row.GetString(3),-24}  {row.GetString(4),-12}  "
            + $"{row.GetString(5),-12}  {row.GetString(6)}").TrimEnd()));

    /// <summary>Creates the participants' tables, beside those of the sagas.</summary>
    protected abstract Task Prepare(MemoryDatabase store);

    /// <summary>Hosts the participants.</summary>
    protected abstract void Participants();

    /// <summary>Makes the message that starts a saga.</summary>
    /// <param name="id">The saga's id.</param>
    /// <param name="number">The number of the saga, from 1.</param>
    protected abstract ISagaMessage Started(Guid id, int number);

    /// <summary>
    /// Makes the message that cancels a saga. By default it is a sample of the type that the table names; null if the
    /// table names no cancellation.
    /// </summary>
    protected virtual ISagaMessage? Cancelled(Guid id) =>
        _worker.First.Definition.CancelledWith is { } type ? (ISagaMessage)MessageSample.Of(type, id) : null;

    /// <summary>Makes another submission with the same id. By default it is the first submission again.</summary>
    protected virtual ISagaMessage Another(ISagaMessage started) => started;

    /// <summary>
    /// The message id that an outcome of the saga will have: the outcome of its pivot, or of the last step with a command.
    /// </summary>
    protected virtual Guid Taken(Guid id)
    {
        var steps = _worker.First.Definition.Stages.SelectMany(stage => stage).ToList();
        var last = steps.Find(step => step.Kind == StepKind.Pivot) ?? steps.FindLast(step => step.Command is not null);
        return last is { Command: { } command, Completion: { } completion }
            ? Answers.MessageId(id, command.Name, 1, completion)
            : DerivedId.From(id.ToString(), steps[^1].Completion!.Name);
    }

    /// <summary>Called for each saga that will start.</summary>
    /// <param name="started">The message that starts it.</param>
    /// <param name="at">The time until it starts.</param>
    protected virtual void Begins(ISagaMessage started, TimeSpan at)
    {
    }

    /// <summary>Makes the event from outside that a saga awaits. It may come before the saga has started.</summary>
    protected virtual Message? Outside(Guid id) => null;

    /// <summary>The outcomes of a saga's steps in the books of the participants.</summary>
    protected virtual IEnumerable<(string Step, StepResolution As)> Known(Guid id) => [];

    /// <summary>Changes a message as the saga's own mistake reads it.</summary>
    /// <param name="data">The data of the saga.</param>
    /// <param name="message">The message that came.</param>
    protected virtual ISagaMessage Misread(TData data, ISagaMessage message) => message;

    /// <summary>The violations at the end of the run, one sentence each.</summary>
    protected virtual IEnumerable<string> Checks() => [];

    /// <summary>A database in its state at the start of a run. The next run of this thread uses it again.</summary>
    /// <param name="name">Its name within the scenario.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="prepare">Creates its tables, once for many runs.</param>
    protected MemoryDatabase NewDatabase(string name, TimeProvider time, Func<MemoryDatabase, Task> prepare)
    {
        var databases = t_databases ??= [];
        var key = (TablesOf, name);
        if (!databases.TryGetValue(key, out var database))
        {
            databases[key] = database = new MemoryDatabase();
            Finish(prepare(database));
            database.Keep();
        }

        database.Begin(time);
        return database;
    }

    /// <summary>Hosts a participant of the kit. Its queues and their subscriptions follow from its operations.</summary>
    /// <param name="make">Makes the participant, with its connection to the database.</param>
    protected void Host(Func<Database, IParticipant> make)
    {
        using var participant = make(Store);
        foreach (var queue in participant.Commands.Concat(participant.Events).Select(types => types.Key).Distinct())
        {
            foreach (var type in participant.Events[queue])
                World.Network.Subscribe(queue, type);
            Host(queue, queue, (_, database) => Answering().Is(make(database)));
        }
    }

    /// <summary>Hosts a participant, with as many replicas as the worker.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="queue">The queue of its commands.</param>
    /// <param name="start">Makes the participant, for a process and its connection to the database.</param>
    protected void Host(string name, string queue, Func<Process, RemoteDatabase, SimulatedParticipant> start) =>
        Host(name, queue, (process, database, _) => start(process, database));

    /// <summary>Hosts a participant whose replicas may be of different versions.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="queue">The queue of its commands.</param>
    /// <param name="start">Makes the participant, for a process, its connection to the database, and whether it is the replica that gets
    /// another version first.</param>
    protected void Host(string name, string queue, Func<Process, RemoteDatabase, bool, SimulatedParticipant> start)
    {
        _queues.Add(queue);
        for (var replica = 0; replica < Replicas; replica++)
        {
            var isFirst = replica == 0;
            World.Host($"{name}-{replica}", process => start(process, new RemoteDatabase(Store, process, World.Loop.Time), isFirst)
                .Receive(process, queue, saysMore: isFirst && _isNextOfParticipants));
        }
    }

    /// <summary>Sends a message to the saga from outside.</summary>
    protected void Tell(TimeSpan at, ISagaMessage message, bool mayBeLost)
    {
        var sent = Message.Of(DerivedId.From(message.SagaId.ToString(), message.GetType().Name), message, null, mayBeLost);
        World.Loop.After(at, () => World.Network.Insist(_worker.QueueOf(message.GetType()), sent));
    }

    /// <summary>Creates a participant without handlers.</summary>
    protected SimulatedParticipant Answering() => new(World);

    /// <summary>Returns the end of work on the database in memory, which ends before it returns.</summary>
    protected static void Finish(Task task) => task.GetAwaiter().GetResult();

    // The time for all attempts of every step and every undo, one after the other, with an inquiry after each attempt.
    static TimeSpan LongestLife(StepSaga<TData> table) => (table.TimeLimit ?? TimeSpan.Zero)
        + table.Table.Steps.SelectMany(step => new[] { step.Timing, step.UndoTiming })
            .Aggregate(TimeSpan.Zero, (sum, timing) => sum + timing.Attempts * (2 * timing.Limit + timing.LongestPause));

    TimeSpan BeginOne(int number)
    {
        var id = DerivedId.From(
            "instance", number.ToString(CultureInfo.InvariantCulture), World.Below(int.MaxValue).ToString(CultureInfo.InvariantCulture));
        _instances.Add(id);
        var at = World.Within(Storm / 2);
        var started = Started(id, number);
        Tell(at, started, mayBeLost: false);
        Begins(started, at);
        _strays.Conflict(at, Another(started), Taken(id));
        if (Outside(id) is { } outside)
            _strays.Early(at, outside);
        _strays.Forge(id, at, Cancelled(id));
        _operators.LookInto(id, at);

        var (later, choice) = (
            at + World.Within(TimeSpan.FromSeconds(World.Below(3) == 0 ? 150 : 4)) - TimeSpan.FromMilliseconds(300), World.Below(3));
        if (Cancelled(id) is { } cancellation && World.Faults.Strikes(Fault.Cancellation, 80))
            Tell(later, cancellation, mayBeLost: true);
        var again = at + World.Within(TimeSpan.FromMinutes(3));
        if (World.Faults.Strikes(Fault.OperatorCommand, 80))
        {
            Tell(
                again,
                choice switch
                {
                    0 => new ResumeSaga(id, null, "ada", "try again"),
                    1 => new CompensateSaga(id, null, "ada", "enough"),
                    _ => new RescheduleDeadline(id, null, World.Loop.Now + again + TimeSpan.FromMinutes(2), "ada", "wait"),
                },
                mayBeLost: true);
        }

        return at;
    }

    void BreakALine()
    {
        if (_queues.Count == 0)
            return;
        var (queue, at, howLong, loses) = (
            _queues[World.Below(_queues.Count)], World.Within(Storm / 2), World.Within(TimeSpan.FromHours(1 + World.Below(72))),
            World.Below(2) == 0);
        if (World.Faults.Strikes(Fault.Outage, 150))
            World.Loop.After(at, () => World.Network.Silence(queue, howLong, loses));
    }

    // The silence is longer than sagas would wait without the breaker, but not hours. Sometimes an operator holds a step too, for some time
    // longer.
    void SilenceAParticipant()
    {
        if (_queues.Count == 0 || !World.Faults.Strikes(Fault.SilentParticipant, 200, out var dice))
            return;
        var (queue, at, howLong, loses) = (
            dice.Of(_queues), dice.Within(Storm / 2), TimeSpan.FromSeconds(90 + dice.Below(600)), dice.Below(2) == 0);
        World.Loop.After(at, () => World.Network.Silence(queue, howLong, loses));
        if (dice.Below(3) == 0)
            _operators.HoldToo(dice.Of(_worker.First.Steps), at + howLong / 2, howLong);
    }

    // The wrong answers last until the saga gives up, and then end.
    void AnswerWrongly(IReadOnlyList<(Guid Id, TimeSpan Begin)> instances)
    {
        if (_queues.Count == 0 || !World.Faults.Strikes(Fault.WrongEpoch, 100, out var dice))
            return;
        var (saga, queue) = (dice.Of(instances), dice.Of(_queues));
        World.WrongEpochs = (queue, saga.Id, World.Loop.Now + saga.Begin + TimeSpan.FromMinutes(5));
    }

    IEnumerable<string> DeadLetters() =>
    [
        .. _worker.Forged.Except(World.Network.DeadLetters.Where(dead => dead.IsForeign).Select(dead => dead.Delivery.Message.Id))
            .Select(forged => $"message {forged} was forged, and was not set aside for its origin"),
        .. World.Network.DeadLetters.Where(IsWrong)
            .Select(dead => $"{dead.Delivery.Message.Type.Name} {dead.Delivery.Message.Id} was set aside: {dead.Reason}"),
    ];

    bool IsWrong(SetAside dead) => !dead.IsForeign
        // The row of its saga can't be read.
        && !(_blockades.WasUnreadable(dead.Delivery.Message.Read().SagaId) && dead.Reason.Contains("JSON", StringComparison.Ordinal))
        // A command for a saga that does not exist yet may be set aside. In the product its sender gets an error.
        && !typeof(IOperatorCommand).IsAssignableFrom(dead.Delivery.Message.Type)
            && !typeof(ICancellation).IsAssignableFrom(dead.Delivery.Message.Type);
}
