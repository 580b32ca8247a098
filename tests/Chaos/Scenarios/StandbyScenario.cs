using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>A database with a synchronous standby, which takes over when the primary dies.</summary>
sealed class StandbyScenario : IScenario
{
    DatabasePair _databases = null!;
    PrivateRabbitMq _rabbit = null!;
    PartyRoles _roles = null!;
    TcpProxy _toBroker = null!;

    public Redeliveries Redeliveries { get; } = new();

    public string Administrator => _databases.OfBoth(_databases.Primary.ConnectionString());

    public Uri Broker => new UriBuilder(_rabbit.Address()) { Port = _toBroker.Port }.Uri;

    public Uri ShopsBroker => _rabbit.Address();

    public IReadOnlyList<string> LeftOut => [];

    public bool HasLostEnds => false;

    public async Task Start()
    {
        _rabbit = await PrivateRabbitMq.Create();
        _toBroker = TcpProxy.To([_rabbit.Address().Port], Redeliveries.Listen);
        var primary = await PrivatePostgres.Create();
        _databases = new DatabasePair(primary);
        _roles = await PartyRoles.Create(primary, SourceTree.Root);
        await _databases.AddStandby();
    }

    public string Postgres(string party) => _databases.OfBoth(_roles.ConnectionString(party));

    public IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers) =>
    [
        new FailOver(_databases),
        new KillHost(fleet),
    ];

    public Task<string> Diagnosis() => _rabbit.Diagnosis(_rabbit.Address());

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new IAsyncDisposable?[] { _toBroker, _rabbit, _databases })
            if (one is not null)
                await one.DisposeAsync();
    }
}
