using Orchestrator.Participants;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Worlds;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>A participant of a described saga, with or without the kit.</summary>
sealed class HostedParticipant
{
    // A database without tables. A participant does not use it before its first message.
    [ThreadStatic]
    static MemoryDatabase? t_empty;

    readonly Func<Database, Task>? _tables;
    Type? _type;

    /// <summary>A participant of the kit.</summary>
    public HostedParticipant(Func<Database, Defect, IParticipant> make, Func<Database, Task>? tables) => (Make, _tables) = (make, tables);

    /// <summary>A participant without the kit.</summary>
    public HostedParticipant(string queue, Action<SimulatedParticipant, Database> answers, Func<Database, Task>? tables) =>
        (Queue, Answers, _tables) = (queue, answers, tables);

    /// <summary>Makes the participant; null without the kit.</summary>
    public Func<Database, Defect, IParticipant>? Make { get; }

    /// <summary>Its queue; null with the kit, which knows its queues.</summary>
    public string? Queue { get; }

    /// <summary>Describes how it handles its messages; null with the kit.</summary>
    public Action<SimulatedParticipant, Database>? Answers { get; }

    /// <summary>The types of the messages that it handles.</summary>
    public IReadOnlySet<Type> Answered { get; private set; } = new HashSet<Type>();

    /// <summary>Finds out which messages it handles.</summary>
    /// <param name="saga">The saga's name, for people.</param>
    /// <exception cref="SimulationException">It handles no message.</exception>
    public void Learn(string saga)
    {
        var empty = t_empty ??= new MemoryDatabase();
        if (Make is not null)
        {
            using var participant = Make(empty, new Defect(null));
            _type = participant.GetType();
            Answered = participant.Commands.Concat(participant.Events).SelectMany(types => types).ToHashSet();
        }
        else
        {
            var participant = new SimulatedParticipant(new World(0, new Defect(null)));
            Answers!(participant, empty);
            Answered = participant.Types.ToHashSet();
        }

        if (Answered.Count == 0)
        {
            throw new SimulationException(
                $"{saga}: the participant {_type?.Name ?? $"of {Queue}"} handles no message; state its operations");
        }
    }

    /// <summary>Creates its tables.</summary>
    public async Task Prepare(Database database)
    {
        if (_tables is not null)
            await _tables(database);
        else if (_type is not null)
            await FoundMigrations.Apply(database, _type);
    }
}
