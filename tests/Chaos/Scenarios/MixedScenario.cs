using Npgsql;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>One broker and one database, reached by way of a network each.</summary>
sealed class MixedScenario : IScenario
{
    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    PartyRoles _roles = null!;
    TcpProxy _toBroker = null!, _toDatabase = null!;

    public Redeliveries Redeliveries { get; } = new();

    public string Administrator => _postgres.ConnectionString();

    public Uri Broker => new UriBuilder(_rabbit.Address()) { Port = _toBroker.Port }.Uri;

    public Uri ShopsBroker => _rabbit.Address();

    public IReadOnlyList<string> LeftOut => [];

    public async Task Start()
    {
        (_postgres, _rabbit) = (await PrivatePostgres.Create(), await PrivateRabbitMq.Create());
        _roles = await PartyRoles.Create(_postgres, SourceTree.Root);
        (_toBroker, _toDatabase) = (TcpProxy.To([_rabbit.Address().Port], Redeliveries.Listen), TcpProxy.To([new NpgsqlConnectionStringBuilder(Administrator).Port]));
    }

    public string Postgres(string party) => new NpgsqlConnectionStringBuilder(_roles.ConnectionString(party)) { Port = _toDatabase.Port }.ToString();

    public IReadOnlyList<Fault> Faults(Fleet fleet) =>
    [
        new KillHost(fleet),
        new ServerFault("broker restarted", _rabbit.Stop, _rabbit.Start),
        new ServerFault("broker killed", _rabbit.Kill, _rabbit.Start),
        new ServerFault("database stopped at once", _postgres.StopAtOnce, _postgres.Start),
    ];

    public Task<string> Diagnosis() => _rabbit.Diagnosis(_rabbit.Address());

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new IAsyncDisposable?[] { _toBroker, _toDatabase, _rabbit, _postgres })
            if (one is not null)
                await one.DisposeAsync();
    }
}
