using Orchestrator.Engine;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;

namespace Orchestrator.Simulation;

/// <summary>The sagas that a simulation can run, each by its name.</summary>
public sealed class Simulations
{
    readonly Dictionary<string, MakeScenario> _scenarios = new(StringComparer.Ordinal);
    readonly List<string> _names = [], _defects = [.. Defect.All];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The names of the deliberate mistakes that can be asked for: those of the engine, and those of the sagas.</summary>
    public IReadOnlyList<string> Defects => _defects;

    /// <summary>How to make a run of a saga.</summary>
    /// <param name="name">Its name.</param>
    public MakeScenario this[string name] => _scenarios[name];

    /// <summary>Adds a saga with its participants.</summary>
    /// <param name="name">The name that <c>--saga</c> takes.</param>
    /// <param name="describe">Says how an instance starts and who its participants are.</param>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <typeparam name="TData">What it keeps.</typeparam>
    /// <exception cref="SimulationException">The description lacks something, or can't work; the message says what to add.</exception>
    public Simulations Add<TSaga, TData>(string name, Action<SimulatedSaga<TData>> describe)
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData
    {
        var saga = new SimulatedSaga<TData>(name, () => new TSaga());
        describe(saga);
        saga.Check();
        return Add(name, world => new DescribedScenario<TData>(world, saga), [.. saga.Defects]);
    }

    /// <summary>Adds a saga with a scenario of its own.</summary>
    /// <param name="name">The name that <c>--saga</c> takes.</param>
    /// <param name="make">Makes a run.</param>
    /// <param name="defects">The deliberate mistakes of its own.</param>
    /// <exception cref="SimulationException">The name, or that of a mistake, is taken.</exception>
    public Simulations Add(string name, MakeScenario make, params IReadOnlyList<string> defects)
    {
        if (!_scenarios.TryAdd(name, make))
            throw new SimulationException($"two sagas are called {name}; give each a name of its own");
        if (defects.FirstOrDefault(_defects.Contains) is { } taken)
            throw new SimulationException($"{name}: the deliberate mistake {taken} exists already; give it another name");
        _names.Add(name);
        _defects.AddRange(defects);
        return this;
    }
}
