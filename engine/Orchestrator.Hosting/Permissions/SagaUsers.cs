using System.Reflection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Permissions;

/// <summary>The users of the broker that sagas need: their own, one for each participant, and those of people and programs around.</summary>
static class SagaUsers
{
    const string CommandsSuffix = "-commands", EventsSuffix = "-events";

    /// <summary>All of them, as the tables of the sagas tell.</summary>
    /// <param name="sagas">The sagas.</param>
    public static IReadOnlyList<BrokerUser> Of(SagaParty sagas)
    {
        var kinds = sagas.Kinds();
        return
        [
            Orchestrator(kinds, sagas.WorkSources),
            .. kinds.SelectMany(kind => kind.SendsTo).Concat(sagas.WorkSources.Select(source => source.Queue)).Distinct()
                .GroupBy(UserOf).Select(queues => Participant(queues.Key, [.. queues], kinds, sagas.WorkSources)),
            // Publishes what comes from outside, and nothing else: the messages that start sagas, and the events that sagas await.
            new("submitter") { Publishes = [.. kinds.SelectMany(FromOutside).Distinct()] },
            // Commands sagas and holds. 'redrive' and 'reconcile --repair' send again what others sent.
            new("operator")
            {
                Sends = WorkQueues.Of(kinds, sagas.WorkSources),
                Publishes = [.. kinds.SelectMany(kind => kind.Sends).Where(IsEvent).Distinct()],
            },
            // Starts more hosts when queues are long. It asks how long they are, and needs no permission for that.
            new("scaler"),
        ];
    }

    static BrokerUser Orchestrator(IReadOnlyList<ISagaKind> kinds, IReadOnlyList<WorkSource> sources) => new(SagaJournal.Party)
    {
        Takes =
        [
            .. kinds.SelectMany(
                kind => new[] { SagaQueues.Outcomes(kind.Name), SagaQueues.Intake(kind.Name), SagaQueues.Deadlines(kind.Name) }),
            OperatorQueues.Commands,
        ],
        Hears =
        [
            .. kinds.SelectMany(kind => kind.Receives.Where(type => !StepSaga.IsAddressed(type))
                .Select(type => (kind.IsStartedBy(type) ? SagaQueues.Intake(kind.Name) : SagaQueues.Outcomes(kind.Name), type))),
        ],
        Publishes =
        [
            .. kinds.SelectMany(kind => kind.Sends).Where(IsEvent)
                .Concat([typeof(StepHeld), typeof(StepReleased), typeof(HoldRefused)]).Distinct(),
        ],
        Sends = [.. kinds.SelectMany(kind => kind.SendsTo).Distinct()],
        Clears = [.. kinds.SelectMany(kind => kind.SendsTo).Concat(sources.Select(source => source.Queue)).Distinct()],
    };

    // A participant publishes the answers to the commands of its queues.
    static BrokerUser Participant(
        string name, IReadOnlyList<string> queues, IReadOnlyList<ISagaKind> kinds, IReadOnlyList<WorkSource> sources) => new(name)
        {
            Takes = queues,
            Hears =
            [
                .. sources.Where(source => queues.Contains(source.Queue))
                    .SelectMany(source => source.Events.Select(heard => (source.Queue, heard))).Distinct(),
            ],
            Publishes = [.. kinds.SelectMany(kind => queues.SelectMany(queue => kind.AnswersOf(queue))).Distinct()],
        };

    static IEnumerable<Type> FromOutside(ISagaKind kind) =>
        kind.Receives.Where(type => !StepSaga.IsAddressed(type)).Except(kind.SendsTo.SelectMany(kind.AnswersOf));

    // The commands for the participant 'bank' lie in the queue 'bank-commands'.
    static string UserOf(string queue) =>
        queue.EndsWith(CommandsSuffix, StringComparison.Ordinal) ? queue[..^CommandsSuffix.Length]
        : queue.EndsWith(EventsSuffix, StringComparison.Ordinal) ? queue[..^EventsSuffix.Length]
        : queue;

    static bool IsEvent(Type message) => message.GetCustomAttribute<SentToAttribute>() is null;
}
