using Orchestrator.Simulation;
using Orchestrator.Tests.Simulation.Orders;
using Orchestrator.Tests.Simulation.Rides;

namespace Orchestrator.Tests.Simulation;

/// <summary>The sagas of this repository that can be simulated.</summary>
static class SimulatedSagas
{
    /// <summary>All of these sagas.</summary>
    public static Simulations All { get; } = Registered();

    /// <summary>Adds all of these sagas.</summary>
    public static void Register(Simulations simulations)
    {
        simulations.Add("order", world => new OrderScenario(world), OrderDefects.All);
        simulations.AddRides();
    }

    static Simulations Registered()
    {
        var simulations = new Simulations();
        Register(simulations);
        return simulations;
    }
}
