using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>The servers of a scenario, and its faults.</summary>
interface IScenario : IAsyncDisposable
{
    /// <summary>Starts the servers.</summary>
    Task Start();

    /// <summary>The connection string of a party's hosts.</summary>
    string Postgres(string party);

    /// <summary>The connection string of an administrator. It does not use the network that faults disturb.</summary>
    string Administrator { get; }

    /// <summary>The broker's address for the hosts.</summary>
    Uri Broker { get; }

    /// <summary>The broker's address for the shop that sends orders.</summary>
    Uri ShopsBroker { get; }

    /// <summary>Counts the redeliveries of the broker.</summary>
    Redeliveries Redeliveries { get; }

    /// <summary>The faults.</summary>
    /// <param name="fleet">The hosts.</param>
    /// <param name="books">The databases, read as an administrator.</param>
    /// <param name="workers">The settings of a worker, for the commands of its program.</param>
    IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers);

    /// <summary>Settings of the hosts, in addition to those of all scenarios.</summary>
    IReadOnlyDictionary<string, string> HostSettings => new Dictionary<string, string>();

    /// <summary>The sagas whose messages were set aside for a while, since their rows could not be read.</summary>
    IReadOnlyCollection<Guid> Spoilt => [];

    /// <summary>The fault that forges messages, if the scenario has it.</summary>
    ForgeMessages? Forgeries => null;

    /// <summary>True when ends of orders were lost. Only a reconciliation sends them to the inventory again.</summary>
    bool HasLostEnds { get; }

    /// <summary>The faults that are not possible on this machine, and why.</summary>
    IReadOnlyList<string> LeftOut { get; }

    /// <summary>The logs of the servers, for the evidence of a violation.</summary>
    Task<string> Diagnosis();
}
