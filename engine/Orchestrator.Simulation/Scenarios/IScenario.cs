using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>One run of one saga and its participants.</summary>
public interface IScenario
{
    /// <summary>How long faults strike. Sagas start in its first half.</summary>
    TimeSpan Storm { get; }

    /// <summary>The time within which every saga must have ended, as late as the limits of the tables allow.</summary>
    TimeSpan Horizon { get; }

    /// <summary>How many sagas were started.</summary>
    int Instances { get; }

    /// <summary>Starts all processes and plans the events of the run.</summary>
    /// <param name="instances">How many sagas to start.</param>
    void Begin(int instances);

    /// <summary>Whether the run need not wait for anything more.</summary>
    bool IsDone();

    /// <summary>Whether a waiting message can never be handled, so that it waits for ever.</summary>
    bool IsLeftOver(Delivery delivery);

    /// <summary>The violations, one sentence each.</summary>
    IEnumerable<string> Violations();

    /// <summary>The transitions of the sagas, for people.</summary>
    IEnumerable<string> Timeline();
}

/// <summary>Makes a scenario in a world.</summary>
/// <param name="world">The world of the run.</param>
public delegate IScenario MakeScenario(World world);
