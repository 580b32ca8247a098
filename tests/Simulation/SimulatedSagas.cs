using Orchestrator.Simulation.Scenarios;
using Orchestrator.Tests.Simulation.Orders;
using Orchestrator.Tests.Simulation.Rides;

namespace Orchestrator.Tests.Simulation;

/// <summary>The sagas that can be simulated.</summary>
static class SimulatedSagas
{
    /// <summary>How to make a run, by the name that <c>--saga</c> takes: a line per saga.</summary>
    public static IReadOnlyDictionary<string, MakeScenario> All { get; } = new Dictionary<string, MakeScenario>
    {
        ["order"] = world => new OrderScenario(world),
        ["ride"] = world => new RideScenario(world),
    };
}
