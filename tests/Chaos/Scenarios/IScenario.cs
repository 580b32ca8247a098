using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>Servers, and what may happen to them.</summary>
interface IScenario : IAsyncDisposable
{
    /// <summary>Starts the servers.</summary>
    Task Start();

    /// <summary>How a party's hosts reach its database.</summary>
    string Postgres(string party);

    /// <summary>How the database is reached as an administrator, and not by way of a network that is disturbed.</summary>
    string Administrator { get; }

    /// <summary>How hosts reach the broker.</summary>
    Uri Broker { get; }

    /// <summary>How the shop that sends orders reaches the broker.</summary>
    Uri ShopsBroker { get; }

    /// <summary>Counts what the broker delivers again.</summary>
    Redeliveries Redeliveries { get; }

    /// <summary>What may happen.</summary>
    /// <param name="fleet">The hosts.</param>
    /// <param name="workers">How a worker is configured, for the commands of its program.</param>
    IReadOnlyList<Fault> Faults(Fleet fleet, IReadOnlyDictionary<string, string> workers);

    /// <summary>Whether the ends of orders were lost, which only a reconciliation tells the inventory again.</summary>
    bool HasLostEnds { get; }

    /// <summary>What can't happen on this machine, and why.</summary>
    IReadOnlyList<string> LeftOut { get; }

    /// <summary>What the servers say of themselves, when something was violated.</summary>
    Task<string> Diagnosis();
}
