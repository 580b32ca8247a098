using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>One run of one saga and its participants.</summary>
public interface IScenario
{
    /// <summary>How long instances begin and things go wrong.</summary>
    TimeSpan Storm { get; }

    /// <summary>By when every instance has come to its end, if all is well: as late as the limits of the tables allow.</summary>
    TimeSpan Horizon { get; }

    /// <summary>How many instances were begun.</summary>
    int Instances { get; }

    /// <summary>Hosts everything and plans what is to happen.</summary>
    /// <param name="instances">How many instances begin.</param>
    void Begin(int instances);

    /// <summary>Whether nothing is left to wait for.</summary>
    bool IsDone();

    /// <summary>Whether a message that waits will never be of use: it waits for as long as anybody runs.</summary>
    bool IsLeftOver(Delivery delivery);

    /// <summary>What is not as it must be, a sentence each.</summary>
    IEnumerable<string> Violations();

    /// <summary>What happened to the instances, for people.</summary>
    IEnumerable<string> Timeline();
}

/// <summary>Makes a scenario in a world.</summary>
/// <param name="world">Where it takes place.</param>
public delegate IScenario MakeScenario(World world);
