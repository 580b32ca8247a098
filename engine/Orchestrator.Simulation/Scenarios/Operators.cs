using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>Operators that work on more than one saga, or more than once.</summary>
/// <param name="world">The world of the run.</param>
/// <param name="store">The database of the sagas.</param>
/// <param name="kind">The kind of the sagas.</param>
/// <param name="storm">How long faults strike.</param>
/// <param name="known">Reads the outcomes of a saga's steps from the books of the participants.</param>
sealed class Operators<TData>(
    World world, MemoryDatabase store, SagaKind<TData> kind, TimeSpan storm,
    Func<Guid, IEnumerable<(string Step, StepResolution As)>> known)
    where TData : SagaData
{
    const string Ada = "ada", Bob = "bob";
    const int MostLooks = 60;

    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3), TimeLimit = TimeSpan.FromHours(26), Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan BetweenRetries = TimeSpan.FromMinutes(10);

    readonly HoldStore _holds = new(new SqliteJournalStore(store), [kind]);
    readonly List<string> _violations = [];
    readonly IReadOnlyList<string> _refusable =
    [
        .. kind.Definition.Stages.SelectMany(stage => stage)
            .Where(step => step.Kind == StepKind.Retriable && step.RefusedWith is not null).Select(step => step.Name),
    ];

    int _commands;
    bool _areBusy, _isNightOver = true;

    /// <summary>Whether an operator will still act.</summary>
    public bool AreExpected => !_isNightOver || Refused().Count > 0;

    /// <summary>The violations, one sentence each.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Plans the operators' acts.</summary>
    /// <param name="queues">The queues of the participants.</param>
    public void Plan(IReadOnlyList<string> queues)
    {
        if (_refusable.Count > 0)
            world.Loop.After(BetweenRetries, RetryWhatWasRefused);
        _areBusy = true;
        if (HoldAStep())
            return;
        if (queues.Count > 0 && world.Faults.Strikes(Fault.LongHold, 40, out var dice))
            HoldWhatIsAway(dice, queues);
        else if (world.Faults.Strikes(Fault.NightShift, 40, out dice))
            ComeBackTomorrow(dice);
        else
            _areBusy = false;
    }

    /// <summary>
    /// Plans to hold a step, unless another hold is planned already. Otherwise one operator's release would end the other's hold.
    /// </summary>
    public void HoldToo(string step, TimeSpan at, TimeSpan howLong)
    {
        if (_areBusy)
            return;
        world.Loop.After(at, () => Hold(step, Ada));
        world.Loop.After(at + howLong, () => Release(step, Ada));
    }

    /// <summary>Plans to look in the books for the outcome of an awaited step, and to resolve the step with it.</summary>
    public void LookInto(Guid saga, TimeSpan at)
    {
        if (world.Faults.Strikes(Fault.Resolution, 100, out var dice))
            world.Loop.After(at + dice.Within(storm / 4), () => LookInto(saga, namesVersion: dice.Below(2) == 0, MostLooks));
    }

    void LookInto(Guid saga, bool namesVersion, int looks)
    {
        var (version, steps) = store.ReadNow(sql => sql.First(
            "SELECT version, step FROM saga WHERE id = @id AND step IS NOT NULL", row =>
                (row.GetInt64(0), row.GetString(1)), ("id", saga)));
        var found = steps is null ? default : known(saga).FirstOrDefault(step => steps.Split(", ").Contains(step.Step));
        if (found.Step is not null)
            Tell(new ResolveStep(saga, namesVersion ? version : null, found.Step, found.As, "the books", Ada, "looked it up"),
                $"{version}");
        else if (looks > 0)
            world.Loop.After(BetweenLooks, () => LookInto(saga, namesVersion, looks - 1));
    }

    // Retries without end, because the participant may refuse the step under the next key too.
    void RetryWhatWasRefused()
    {
        foreach (var (saga, version, step) in Refused())
            Tell(new RetryStep(saga, version, step, "the cause is gone", Ada, "it was settled by phone"), $"{version}");
        world.Loop.After(BetweenRetries, RetryWhatWasRefused);
    }

    List<(Guid Saga, long Version, string Step)> Refused() =>
    [
        .. _refusable.SelectMany(step => store.ReadNow(sql => sql.Query(
            $"""
             SELECT id, version FROM saga
             WHERE state = 'Suspended' AND json_valid(data) AND json_extract(data, '$.steps.{step}.status') = 'Refused'
             ORDER BY business_key
             """,
            row => (row.GetGuid(0), row.GetInt64(1), step)))),
    ];

    IEnumerable<Step<TData>> Steps => kind.Definition.Stages.SelectMany(stage => stage);

    bool HoldAStep()
    {
        var (step, at, howLong) = (world.Below(kind.Steps.Count + 1), world.Within(storm / 2), world.Within(TimeSpan.FromMinutes(2)));
        if (!world.Faults.Strikes(Fault.Hold, 200))
            return false;
        var name = step < kind.Steps.Count ? kind.Steps[step] : HoldStep.Intake;
        world.Loop.After(at, () => Hold(name, Ada));
        world.Loop.After(at + howLong, () => Release(name, Ada));
        if (!world.Faults.Strikes(Fault.StaleHoldCommand, 500, out var dice))
            return true;
        // The broker may deliver a copy of a message at any later time.
        var time = at + howLong;
        After(() => Hold(name, Bob));
        After(() => Again(() => Release(name, Ada), name, Bob));
        After(() => Release(name, Bob));
        After(() => Again(() => Hold(name, Ada), name, null));
        return true;

        void After(Action act) => world.Loop.After(time += TimeSpan.FromSeconds(1) + dice.Within(Minute / 2), act);
    }

    // Holds the steps until after the end of the outage. So the answers come while the steps are held, and after the saga's own time limit.
    void HoldWhatIsAway(Dice dice, IReadOnlyList<string> queues)
    {
        var (queue, at, away) = (dice.Of(queues), dice.Within(storm / 2), TimeLimit + TimeSpan.FromHours(dice.Below(20)));
        world.Loop.After(at, () => world.Network.Silence(queue, away, loses: false));
        foreach (var step in Steps.Where(step => step.Command is { } command && QueueOf(command) == queue))
        {
            world.Loop.After(at + Minute / 3, () => Hold(step.Name, Ada));
            world.Loop.After(at + away + TimeSpan.FromHours(1) + dice.Within(Minute), () => Release(step.Name, Ada));
        }
    }

    // Holds the last step first, and then loses its commands for two sagas, which are too few for the breaker. After the pivot these sagas
    // can only wait for operators.
    void ComeBackTomorrow(Dice dice)
    {
        if (Steps.LastOrDefault(step => step.Command is not null) is not { } last)
            return;
        world.Loop.After(TimeSpan.Zero, () => Hold(last.Name, Ada));
        world.Loop.After(
            storm / 2, () =>
                world.Network.Silence(QueueOf(last.Command!)!, TimeSpan.FromHours(1), loses: true, only: store.ReadNow(sql => sql.Query(
            "SELECT id FROM saga WHERE step = @step ORDER BY business_key LIMIT 2", row => row.GetGuid(0), ("step", last.Name)))));
        world.Loop.After(storm / 2 + Minute / 3, () => Release(last.Name, Ada));
        _isNightOver = false;
        world.Loop.After(TimeLimit + TimeSpan.FromHours(dice.Below(12)), () =>
        {
            var suspended = store.ReadNow(
                sql => sql.Query("SELECT id FROM saga WHERE state = 'Suspended' ORDER BY business_key", row => row.GetGuid(0)));
            // The answers come late, so that the resumed sagas need some of their new time.
            world.Network.Silence(QueueOf(last.Command!)!, Minute / 6, loses: true, only: suspended);
            foreach (var saga in suspended)
                Tell(new ResumeSaga(saga, null, Bob, "everything works again"), "tomorrow");
            _isNightOver = true;
        });
    }

    void Again(Action command, string step, string? heldBy)
    {
        command();
        var holder = store.ReadNow(sql => sql.First(
            "SELECT held_by FROM step_hold WHERE kind = @kind AND step = @step AND command IS NULL AND released_at IS NULL", row =>
                row.GetString(0),
            ("kind", kind.Name), ("step", step)));
        if (holder != heldBy)
            _violations.Add(
                $"{step} should be held by {heldBy ?? "nobody"} when an earlier command comes again, and is held by {holder ?? "nobody"}");
    }

    void Hold(string step, string actor) =>
        Finish(_holds.Hold(new HoldStep(kind.Name, step, actor, "maintenance"), IdOf(nameof(Hold), step, actor), default));

    void Release(string step, string actor) =>
        Finish(_holds.Release(new ReleaseStep(kind.Name, step, 5, actor, "done"), IdOf(nameof(Release), step, actor), default));

    Guid IdOf(string command, string step, string actor) =>
        world.Defect.OfCommand(DerivedId.From(command, kind.Name, step, actor), _commands++);

    void Tell(IOperatorCommand command, string time) => world.Network.Insist(
        SagaQueues.Outcomes(kind.Name),
        Message.Of(DerivedId.From(command.SagaId.ToString(), command.GetType().Name, time), command, null, mayBeLost: true));

    static string? QueueOf(Type command) => ((SentToAttribute?)Attribute.GetCustomAttribute(command, typeof(SentToAttribute)))?.Queue;

    static void Finish(Task task) => task.GetAwaiter().GetResult();
}
