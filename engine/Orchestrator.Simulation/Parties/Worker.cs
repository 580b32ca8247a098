using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Journal.Telemetry;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;
using ConnectionException = MassTransit.ConnectionException;

namespace Orchestrator.Simulation.Parties;

/// <summary>The host of a saga: the real journal, the real decision and the real sweep of deadlines.</summary>
/// <param name="world">The world of the run.</param>
/// <param name="store">The database of the sagas.</param>
/// <param name="versions">The definitions, the first version first.</param>
/// <param name="misread">Changes a message as the saga's own mistake reads it. Without a mistake it returns the message itself.</param>
sealed class Worker<TData>(
    World world, MemoryDatabase store, IReadOnlyList<SagaKind<TData>> versions, Func<TData, ISagaMessage, ISagaMessage> misread)
    where TData : SagaData
{
    /// <summary>The party that stores the sagas' rows.</summary>
    public const string Party = SagaJournal.Party;

    static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1), Busy = TimeSpan.FromSeconds(5),
    LongestPause = TimeSpan.FromMinutes(5);
    static readonly TimeSpan UntilNextDeployment = TimeSpan.FromMinutes(10);
    static readonly TimeSpan LeaseWithoutGrowth = TimeSpan.FromSeconds(5);

    // The floor is low because a run has few sagas. The probe is slow because a participant may be silent for days.
    static readonly BreakerOptions Breaker = BreakerOptions.Default with { Floor = 3, Probe = TimeSpan.FromMinutes(10) };

    // A saga may have moved between its lease and the message. This is not a mistake.
    static readonly TimeSpan LongSince = TimeSpan.FromSeconds(10);

    readonly Defect _defect = world.Defect;
    readonly List<string> _leases = [];
    readonly Dictionary<string, int> _deployed = [];

    // Sagas whose message has answered a step that the breaker holds.
    readonly HashSet<Guid> _answers = [];

    /// <summary>Changes a message as the saga's own mistake reads it.</summary>
    public Func<TData, ISagaMessage, ISagaMessage> Misread => misread;

    /// <summary>The ids of all messages that were sent because of a transition.</summary>
    public HashSet<Guid> Sent { get; } = [];

    /// <summary>The circumstances in which each transition was decided, because its row does not have them.</summary>
    public Dictionary<(Guid SagaId, long Seq, DateTimeOffset At), Circumstances> DecidedIn { get; } = [];

    /// <summary>The violations by leases of deadlines, one sentence each.</summary>
    public IReadOnlyList<string> WrongLeases => _leases;

    /// <summary>
    /// How many messages a saga caused in each hour (its deadlines, its own messages, redeliveries), and how many others sent to it. A line
    /// that was broken may deliver the answers of days at once.
    /// </summary>
    public Dictionary<(Guid SagaId, long Hour), (int Caused, int Came)> Traffic { get; } = [];

    /// <summary>The version of the definition of each process.</summary>
    public Dictionary<Process, int> Definitions { get; } = [];

    /// <summary>The ids of forged messages, whose senders may not send them.</summary>
    public HashSet<Guid> Forged { get; } = [];

    /// <summary>The first definition. All definitions have the same name and queues.</summary>
    public SagaKind<TData> First => versions[0];

    /// <summary>How many definitions there are.</summary>
    public int Versions => versions.Count;

    /// <summary>The definition of a version.</summary>
    public SagaKind<TData> Version(int version) => versions.Single(kind => kind.DefinitionVersion == version);

    /// <summary>Whether a definition knows a type of message.</summary>
    public bool Knows(int version, Type type) =>
        versions.Single(kind => kind.DefinitionVersion == version).Definition.Messages.Contains(type);

    /// <summary>Sets the definition with which a replica starts from now on.</summary>
    /// <param name="replica">Its name.</param>
    /// <param name="place">The index of the definition.</param>
    public void Deploy(string replica, int place) => _deployed[replica] = place;

    /// <summary>The queue in which a message of the saga waits.</summary>
    public string QueueOf(Type type) => First.Definition.Starts(type) ? SagaQueues.Intake(First.Name) : SagaQueues.Outcomes(First.Name);

    /// <summary>Starts a replica.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="replica">Its name.</param>
    public void Start(Process process, string replica)
    {
        var kind = Startable(_deployed.GetValueOrDefault(replica));
        Definitions[process] = kind.DefinitionVersion;
        if (kind != versions[_deployed.GetValueOrDefault(replica)])
            world.Loop.After(UntilNextDeployment, process.Die);
        foreach (var type in kind.Definition.Messages.Where(type => !StepSaga.IsAddressed(type)))
            world.Network.Subscribe(QueueOf(type), type);
        var journalStore = new SqliteJournalStore(new RemoteDatabase(store, process, world.StoreTime));
        var journal = new SagaJournal(
            _defect.Of(new LockedRows(journalStore, Party, world.Locks, process, _defect), kind.DefinitionVersion));
        var breaker = new StepBreaker(journalStore, Breaker, NullLogger<StepBreaker>.Instance);
        var faulty = new SagaKind<TData>(
            kind.Definition, (definition, state, message, circumstances) => Decide(process, definition, state, message, circumstances));
        var dispatcher = new SagaDispatcher(
            journal, new Sender(this, process), breaker, new TransitionWatch(NullLogger<TransitionWatch>.Instance),
            NullLoggerFactory.Instance);
        foreach (var queue in SagaQueues.All(kind.Name))
            process.Handle(queue, delivery => Handle(process, faulty, dispatcher, delivery));
        _ = Sweep(
            process, kind,
            _defect.Is(Defect.SweepByTheHostClock)
            ? new SqliteJournalStore(new RemoteDatabase(store, process, process.Clock)) : journalStore, breaker);
    }

    // As in the product, a definition that can't continue the unfinished sagas does not start. Then the earlier program runs for a while.
    SagaKind<TData> Startable(int place)
    {
        try
        {
            if (place > 0)
                RunningInstances.Check(store, versions[place]).GetAwaiter().GetResult();
            return versions[place];
        }
        catch (DefinitionException)
        {
            return versions[place - 1];
        }
    }

    async Task Handle(Process process, SagaKind<TData> kind, SagaDispatcher dispatcher, Worlds.Delivery delivery)
    {
        if (!kind.Definition.Messages.Contains(delivery.Message.Type))
            throw _defect.UnknownType(delivery.Message.Type);
        var message = delivery.Message.Read();
        Count(message.SagaId, isCaused: message is DeadlineReached || delivery.IsRedelivery);
        var envelope = new Envelope(
            delivery.Message.Id, delivery.Message.Type.Name, message.SagaId, delivery.Message.CausationId, null, null, null, 1,
            JsonSerializer.Deserialize<JsonElement>(delivery.Message.Body));
        _defect.CheckWhatWasSeen(store, envelope);
        var actor = (message as IOperatorCommand)?.Actor ?? (message as ICancellation)?.RequestedBy;
        if (_defect.Is(Defect.AcknowledgeFirst))
            process.Acknowledge(delivery);
        var isRedelivery = delivery.IsRedelivery && !_defect.Is(Defect.ForgetToPublishAgain);
        await dispatcher.Dispatch(
            new Journal.Delivery(kind, message, envelope, new Cause(actor, null), isRedelivery), CancellationToken.None);
        if (_defect.Is(Defect.ReleaseTheOperatorsHold) && _answers.Remove(message.SagaId))
            store.WriteNow(
                sql => sql.Execute(
                    "UPDATE step_hold SET released_at = @now, released_by = 'engine' WHERE released_at IS NULL",
                    ("now", world.StoreTime.GetUtcNow())));
    }

    async Task Send(Process process, SagaKind<TData> kind, IReadOnlyList<OutgoingEnvelope> outgoing)
    {
        foreach (var sent in outgoing)
        {
            await process.Point(Fault.CrashBeforePublish);
            if (!IsAnswerWithoutSaga(sent))
                Sent.Add(sent.MessageId);
            if (sent.CorrelationId is { } saga)
                Count(saga, isCaused: true);
            // An event is sent again only when the message that caused it comes again.
            var onWire = new Message(
                sent.MessageId, kind.MessageType(sent.MessageType), sent.Message.GetRawText(), sent.CausationId, MayBeLost: !sent.IsEvent);
            await process.Send(sent.Queue, onWire);
        }
    }

    // The answer to an operator's command for a saga that does not exist has no row in the journal.
    bool IsAnswerWithoutSaga(OutgoingEnvelope sent) => sent.MessageType == nameof(OperatorCommandRefused)
        && !store.ReadNow(
            sql => sql.First(
                "SELECT EXISTS (SELECT 1 FROM saga WHERE id = @id)", row => row.GetBoolean(0), ("id", sent.CorrelationId!.Value)));

    void Count(Guid saga, bool isCaused)
    {
        var hour = (saga, world.Loop.Now.UtcTicks / TimeSpan.TicksPerHour);
        var (caused, came) = Traffic.GetValueOrDefault(hour);
        Traffic[hour] = isCaused ? (caused + 1, came) : (caused, came + 1);
    }

    Decision<TData> Decide(
        Process process, StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, Circumstances circumstances)
    {
        DecidedIn[(message.SagaId, (state?.Version ?? 0) + 1, circumstances.Now)] = circumstances;
        var deadline = state is null ? null : store.ReadNow(sql => sql.First(
            "SELECT deadline FROM saga WHERE id = @id", row =>
                row.IsDBNull(0) ? (DateTimeOffset?)null : SqliteTime.Parse(row.GetString(0)), ("id", message.SagaId)));
        var decision = _defect.Decide(definition, state, message, _defect.Of(circumstances, definition), deadline, misread);
        if (decision.Answered is not null)
            _answers.Add(message.SagaId);
        if (_defect.Is(Defect.PublishBeforeTheCommit))
        {
            var cause = new Envelope(Guid.Empty, message.GetType().Name, message.SagaId, null, null, null, null, 1, default);
            _ = Send(
                process, Version(definition.Version),
                [.. decision.Outgoing.Select(sent => OutgoingEnvelope.Of(sent, cause, circumstances.Now))]);
        }

        return decision;
    }

    async Task Sweep(Process process, SagaKind<TData> kind, SqliteJournalStore journalStore, StepBreaker breaker)
    {
        var known = _defect.Is(Defect.LeaseNewerDefinitions) ? versions[^1] : kind;
        var told = new List<Guid>();
        var sweep = new DeadlineSweep(
            new DeadlineStore(journalStore), new HoldStore(journalStore, [known]), known, process.Clock, (due, _) =>
                Tell(process, kind, due, told), _ => Waiting(process),
            new BreakerWatch(breaker, kind, process.Clock));
        while (!world.IsOver && !process.IsDead)
        {
            try
            {
                await sweep.Run(CancellationToken.None);
            }
            catch (Exception e) when (e is BrokerAwayException or DeferredMessageException or ConnectionException)
            {
                // As in the product, a deadline that was leased and not told is leased again.
            }

            if (_defect.Is(Defect.LeaseWithoutGrowth))
                Shorten(told);
            if (_defect.Is(Defect.TryASilentStepOnce))
                store.WriteNow(
                    sql => sql.Execute(
                        "UPDATE step_hold SET probe_at = @never WHERE probe_saga IS NOT NULL", ("never", DateTimeOffset.MaxValue)));
            told.Clear();
            await process.Delay(Pause());
        }
    }

    // The product asks the broker how many messages wait, and leases nothing while the broker does not answer.
    static Task<Backlog> Waiting(Process process) =>
        process.IsConnected ? Task.FromResult(default(Backlog)) : throw new BrokerAwayException();

    void Shorten(List<Guid> leased)
    {
        foreach (var id in leased)
        {
            store.WriteNow(sql => sql.Execute(
                "UPDATE saga SET deadline = @at WHERE id = @id AND updated_at < @before AND deadline > @at",
                ("at", world.StoreTime.GetUtcNow() + LeaseWithoutGrowth), ("id", id), ("before", world.StoreTime.GetUtcNow() - LongSince)));
        }
    }

    async Task Tell(Process process, SagaKind<TData> kind, DueSaga due, List<Guid> told)
    {
        told.Add(due.SagaId);
        if (store.ReadNow(sql => sql.First(
            "SELECT definition_version FROM saga WHERE id = @id AND definition_version > @version AND updated_at < @before", row =>
                (int?)row.GetInt32(0),
            ("id", due.SagaId), ("version", kind.DefinitionVersion), ("before", world.StoreTime.GetUtcNow() - LongSince))) is { } newer)
            _leases.Add(
                $"{process} leased the deadline of {due.SagaId}, which runs on definition {newer}; its own is {kind.DefinitionVersion}");
        await process.Send(
            SagaQueues.Deadlines(due.Kind),
            Message.Of(due.MessageId, new DeadlineReached(due.SagaId, due.Deadline), null, mayBeLost: true));
    }

    // The product sweeps every second. The simulation skips sweeps that would find nothing: before the next deadline only a message can
    // bring a new deadline.
    TimeSpan Pause()
    {
        var longest = world.Network.Under == world.Network.Silenced && world.Faults.AreOver ? LongestPause : Busy;
        var next = store.ReadNow(sql => sql.First(
            "SELECT min(at) FROM (SELECT min(deadline) AS at FROM saga UNION ALL SELECT min(probe_at) FROM step_hold WHERE released_at IS "
            + "NULL)", row => row.IsDBNull(0) ? (DateTimeOffset?)null : SqliteTime.Parse(row.GetString(0))));
        var pause = next is { } at ? at - world.StoreTime.GetUtcNow() : longest;
        return pause < BetweenSweeps ? BetweenSweeps : pause > longest ? longest : pause;
    }

    sealed class Sender(Worker<TData> worker, Process process) : IOutgoingSender
    {
        public Task Send(
            ISagaKind kind, IReadOnlyList<OutgoingEnvelope> outgoing, CancellationToken cancellationToken, string? traceParent = null) =>
            worker.Send(process, (SagaKind<TData>)kind, outgoing);
    }
}
