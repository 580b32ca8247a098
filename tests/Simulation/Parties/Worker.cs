using System.Globalization;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Sagas.Engine;
using Orchestrator.Storage;
using Orchestrator.Tests.Simulation.Engine;

namespace Orchestrator.Tests.Simulation.Parties;

/// <summary>The host of a saga: the real journal, the real decision and the real sweep of deadlines.</summary>
sealed class Worker<TData>(World world, MemoryDatabase store, IReadOnlyList<SagaKind<TData>> versions, Defect defect)
    where TData : SagaData
{
    static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1), Busy = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>The ids of all messages that were sent because of a transition.</summary>
    public HashSet<Guid> Sent { get; } = [];

    /// <summary>Which steps were held when a transition was decided, which its row does not say.</summary>
    public Dictionary<(Guid SagaId, long Seq), IReadOnlySet<string>> HeldAt { get; } = [];

    /// <summary>The definition that a worker has which starts now.</summary>
    public SagaKind<TData> Newest { get; private set; } = versions[0];

    /// <summary>Whether there is a definition to come.</summary>
    public bool HasNewerVersion => Newest != versions[^1];

    /// <summary>The definition of a version.</summary>
    public SagaKind<TData> Version(int version) => versions.Single(kind => kind.DefinitionVersion == version);

    /// <summary>From now on workers start with the next definition.</summary>
    public void Upgrade() => Newest = versions[^1];

    /// <summary>The queue in which a message of the saga waits.</summary>
    public string QueueOf(Type type) => Newest.Definition.Starts(type) ? SagaQueues.Intake(Newest.Name) : SagaQueues.Outcomes(Newest.Name);

    /// <summary>Starts a replica.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="sweeps">Whether it keeps the deadlines.</param>
    public void Start(Process process, bool sweeps)
    {
        var kind = Newest;
        foreach (var type in kind.Definition.Messages.Where(type => !StepSaga.IsAddressed(type)))
            world.Network.Subscribe(QueueOf(type), type);
        var journalStore = new SqliteJournalStore(new RemoteDatabase(store, process, world.StoreTime));
        var journal = new SagaJournal(defect.Of(journalStore));
        foreach (var queue in new[] { SagaQueues.Intake(kind.Name), SagaQueues.Outcomes(kind.Name), SagaQueues.Deadlines(kind.Name) })
            process.Handle(queue, delivery => Handle(process, kind, journal, delivery));
        if (sweeps)
            _ = Sweep(process, kind, journalStore);
    }

    async Task Handle(Process process, SagaKind<TData> kind, SagaJournal journal, Delivery delivery)
    {
        var message = delivery.Message.Read();
        var envelope = new Envelope(
            delivery.Message.Id, delivery.Message.Type.Name, message.SagaId, delivery.Message.CausationId, null, null, null, 1,
            JsonSerializer.SerializeToElement(message, delivery.Message.Type, WireJson.Options));
        var actor = (message as IOperatorCommand)?.Actor ?? (message as ICancellation)?.RequestedBy;
        if (defect.Is(Defect.AcknowledgeFirst))
            process.Acknowledge(delivery);
        var outgoing = await journal.Handle(
            kind, message.SagaId, envelope, new Cause(actor, null), delivery.IsRedelivery && !defect.Is(Defect.ForgetToPublishAgain),
            loaded => Decide(process, kind, loaded, message, delivery.Message.Id), CancellationToken.None);
        await Send(process, kind, outgoing, delivery.Message.Id);
    }

    async Task Send(Process process, SagaKind<TData> kind, IReadOnlyList<OutgoingEnvelope> outgoing, Guid causationId)
    {
        foreach (var sent in outgoing)
        {
            await process.Point(Fault.CrashBeforePublish);
            Sent.Add(sent.MessageId);
            // Nobody sends an event again but the message that caused it.
            var onWire = new Message(sent.MessageId, kind.MessageType(sent.MessageType), sent.Message.GetRawText(), causationId, MayBeLost: !sent.IsEvent);
            if (sent.Queue is { } queue)
                world.Network.Send(queue, onWire);
            else
                world.Network.Publish(onWire);
        }
    }

    async Task<Decided> Decide(Process process, SagaKind<TData> kind, Loaded loaded, ISagaMessage message, Guid messageId)
    {
        if (loaded.Saga is null && message is IOperatorCommand)
            return Decided.Unrecorded([]);
        HeldAt[(message.SagaId, (loaded.Saga?.Version ?? 0) + 1)] = loaded.Held;
        var decision = defect.Decide(
            kind.Definition, loaded.Saga is { } row ? kind.StateOf(row) : null, message, new Circumstances(loaded.Now, loaded.Held), loaded.Saga?.Deadline);
        if (decision.IsNothing)
            return Decided.Unrecorded([]);
        IReadOnlyList<OutgoingEnvelope> outgoing = [.. decision.Outgoing.Select(sent => Envelop(sent, messageId, loaded.Now))];
        if (defect.Is(Defect.PublishBeforeTheCommit))
            await Send(process, kind, outgoing, messageId);
        return kind.Decided(
            loaded.Saga, decision.State.Lifecycle, decision.Flow.AwaitedNames(kind.Definition.Table), decision.State.Data, outgoing, decision.Deadline, decision.Remark);
    }

    static OutgoingEnvelope Envelop(Outgoing sent, Guid causationId, DateTimeOffset now) => new(
        sent.Queue, sent.Step, sent.Attempt, sent.IsUndo, sent.MessageId, sent.Message.GetType().Name, sent.Message.SagaId, causationId, null, null, now, 1,
        JsonSerializer.SerializeToElement(sent.Message, sent.Message.GetType(), WireJson.Options));

    async Task Sweep(Process process, SagaKind<TData> kind, SqliteJournalStore journalStore)
    {
        var sweep = new DeadlineSweep(
            new DeadlineStore(journalStore), new HoldStore(journalStore, [kind]), [kind], world.Loop.Time, Tell, _ => Task.FromResult(false));
        while (!world.IsOver && !process.IsDead)
        {
            await sweep.Run(CancellationToken.None);
            await world.Loop.Delay(Pause());
        }
    }

    Task Tell(DueSaga due, CancellationToken cancellationToken)
    {
        var id = DerivedId.From(due.Kind, due.SagaId.ToString(), nameof(DeadlineReached), due.Deadline.UtcTicks.ToString(CultureInfo.InvariantCulture));
        world.Network.Send(SagaQueues.Deadlines(due.Kind), Message.Of(id, new DeadlineReached(due.SagaId, due.Deadline), null, mayBeLost: true));
        return Task.CompletedTask;
    }

    // The product looks every second. What it would not find is not looked for: before the next deadline only a message that
    // is under way can bring one.
    TimeSpan Pause()
    {
        var longest = world.Network.Under == 0 && world.Faults.AreOver ? LongestPause : Busy;
        var next = store.ReadNow(sql => sql.First(
            "SELECT min(deadline) FROM saga", row => row.IsDBNull(0) ? (DateTimeOffset?)null : SqliteTime.Parse(row.GetString(0))));
        var pause = next is { } at ? at - world.StoreTime.GetUtcNow() : longest;
        return pause < BetweenSweeps ? BetweenSweeps : pause > longest ? longest : pause;
    }
}
