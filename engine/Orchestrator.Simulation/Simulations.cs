using Orchestrator.Engine;
using Orchestrator.Simulation.Parties;
using Orchestrator.Simulation.Scenarios;

namespace Orchestrator.Simulation;

/// <summary>The sagas that a simulation can run, by their names.</summary>
public sealed class Simulations
{
    readonly Dictionary<string, MakeScenario> _scenarios = new(StringComparer.Ordinal);
    readonly List<string> _names = [], _defects = [.. Defect.All];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The names of the deliberate mistakes of the engine and of the sagas.</summary>
    public IReadOnlyList<string> Defects => _defects;

    /// <summary>Makes a run of a saga.</summary>
    /// <param name="name">Its name.</param>
    public MakeScenario this[string name] => _scenarios[name];

    /// <summary>Adds a saga with its participants.</summary>
    /// <param name="name">The name for <c>--saga</c>.</param>
    /// <param name="describe">Describes how the saga starts, and its participants.</param>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <typeparam name="TData">The data of the saga.</typeparam>
    /// <exception cref="SimulationException">The description is incomplete or invalid. The message says what to do.</exception>
    public Simulations Add<TSaga, TData>(string name, Action<SimulatedSaga<TData>> describe)
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData
    {
        var saga = new SimulatedSaga<TData>(name, () => new TSaga());
        describe(saga);
        saga.Check();
        return Add(name, world => new DescribedScenario<TData>(world, saga), [.. saga.Defects]);
    }

    /// <summary>Adds a saga with its own scenario.</summary>
    /// <param name="name">The name for <c>--saga</c>.</param>
    /// <param name="make">Makes a run.</param>
    /// <param name="defects">The deliberate mistakes of this saga.</param>
    /// <exception cref="SimulationException">The name of the saga or of a mistake exists already.</exception>
    public Simulations Add(string name, MakeScenario make, params IReadOnlyList<string> defects)
    {
        if (!_scenarios.TryAdd(name, make))
            throw new SimulationException($"two sagas have the name {name}; give each saga its own name");
        if (defects.FirstOrDefault(_defects.Contains) is { } taken)
            throw new SimulationException($"{name}: the deliberate mistake {taken} exists already; give it another name");
        _names.Add(name);
        _defects.AddRange(defects);
        return this;
    }
}
