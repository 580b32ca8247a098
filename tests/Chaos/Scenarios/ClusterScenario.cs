using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>A broker of three nodes behind one address. It loses the node that leads a queue.</summary>
sealed class ClusterScenario : IScenario
{
    const int Nodes = 3;

    readonly List<PrivateRabbitMq> _nodes = [];
    PrivatePostgres _postgres = null!;
    PartyRoles _roles = null!;
    TcpProxy _toBroker = null!;

    public Redeliveries Redeliveries { get; } = new();

    public string Administrator => _postgres.ConnectionString();

    public Uri Broker => new UriBuilder(_nodes[0].Address()) { Port = _toBroker.Port }.Uri;

    public Uri ShopsBroker => Broker;

    public IReadOnlyList<string> LeftOut => [];

    public bool HasLostEnds => false;

    public async Task Start()
    {
        _postgres = await PrivatePostgres.Create();
        for (var i = 0; i < Nodes; i++)
            _nodes.Add(await PrivateRabbitMq.Create(_nodes.FirstOrDefault()));
        _roles = await PartyRoles.Create(_postgres, SourceTree.Root);
        _toBroker = TcpProxy.To([.. _nodes.Select(node => node.Address().Port)], Redeliveries.Listen);
    }

    public string Postgres(string party) => _roles.ConnectionString(party);

    public IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers) =>
    [
        new LoseLeader(_nodes),
        new KillHost(fleet),
        new CutConnections("the broker", _toBroker),
    ];

    public Task<string> Diagnosis() => _nodes[0].Diagnosis(_nodes[0].Address());

    public async ValueTask DisposeAsync()
    {
        if (_toBroker is not null)
            await _toBroker.DisposeAsync();
        foreach (var node in Enumerable.Reverse(_nodes))
            await node.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}
