using Orchestrator.Tests.Chaos.Checks;
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
    /// <param name="books">The databases, read as an administrator.</param>
    /// <param name="workers">How a worker is configured, for the commands of its program.</param>
    IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers);

    /// <summary>Settings of the hosts, beside those that all scenarios have.</summary>
    IReadOnlyDictionary<string, string> HostSettings => new Dictionary<string, string>();

    /// <summary>The sagas whose messages were set aside for a while, since their rows could not be read.</summary>
    IReadOnlyCollection<Guid> Spoilt => [];

    /// <summary>What was forged, if anything may be.</summary>
    ForgeMessages? Forgeries => null;

    /// <summary>Whether the ends of orders were lost, which only a reconciliation tells the inventory again.</summary>
    bool HasLostEnds { get; }

    /// <summary>What can't happen on this machine, and why.</summary>
    IReadOnlyList<string> LeftOut { get; }

    /// <summary>What the servers say of themselves, when something was violated.</summary>
    Task<string> Diagnosis();
}
