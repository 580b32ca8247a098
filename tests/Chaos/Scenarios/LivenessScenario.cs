using System.Security.Cryptography;
using Npgsql;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>
/// One broker and one database. A part of them is blocked, cut off or wrong for a while, and everything else must go on.
/// </summary>
sealed class LivenessScenario : IScenario
{
    const string User = "hosts";

    readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    SpoilRow? _spoil;
    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    PartyRoles _roles = null!;
    TcpProxy _toBroker = null!, _toDatabase = null!;

    public Redeliveries Redeliveries { get; } = new();

    public string Administrator => _postgres.ConnectionString();

    public Uri Broker => new UriBuilder(_rabbit.Address()) { Port = _toBroker.Port, UserName = User, Password = _password }.Uri;

    public Uri ShopsBroker => _rabbit.Address();

    public IReadOnlyList<string> LeftOut => FakeTime.IsInstalled ? [] : ["worker's clock wrong: libfaketime is not installed"];

    public bool HasLostEnds => false;

    public IReadOnlyCollection<Guid> Spoilt => _spoil?.Spoilt ?? [];

    // So few messages at once that blocked places are noticed within seconds.
    public IReadOnlyDictionary<string, string> HostSettings { get; } = new Dictionary<string, string> { ["Broker__Prefetch"] = "16" };

    public async Task Start()
    {
        (_postgres, _rabbit) = (await PrivatePostgres.Create(), await PrivateRabbitMq.Create());
        _roles = await PartyRoles.Create(_postgres, SourceTree.Root);
        await _rabbit.Control("add_user", User, _password);
        await _rabbit.Control("set_permissions", User, ".*", ".*", ".*");
        _toBroker = TcpProxy.To([_rabbit.Address().Port], Redeliveries.Listen);
        _toDatabase = TcpProxy.To([new NpgsqlConnectionStringBuilder(Administrator).Port]);
    }

    public string Postgres(string party) =>
        new NpgsqlConnectionStringBuilder(_roles.ConnectionString(party)) { Port = _toDatabase.Port }.ToString();

    public IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers)
    {
        var liveness = new Liveness(books, ShopsBroker);
        _spoil = new SpoilRow(liveness, workers);
        Fault[] faults =
        [
            new HalfOpen("the broker", _toBroker, liveness),
            new HalfOpen("the database", _toDatabase, liveness),
            new FreezeLockHolder(fleet, liveness),
            new RefuseLogins(_rabbit, User, _password),
            new LoseBinding(_rabbit),
            new FillQueue(_rabbit, fleet, liveness),
            new AlarmBroker(_rabbit),
            new DoubleOutage(_rabbit, _postgres),
            new StartBesideReader(fleet, liveness),
            new ForeignLock(liveness),
            .. LeftOut.Count > 0 ? Array.Empty<Fault>() : [new WrongClock(fleet, liveness)],
        ];
        return [.. faults.Select(fault => new Watched(fault, fleet, liveness)), _spoil];
    }

    public Task<string> Diagnosis() => _rabbit.Diagnosis(_rabbit.Address());

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new IAsyncDisposable?[] { _toBroker, _toDatabase, _rabbit, _postgres })
            if (one is not null)
                await one.DisposeAsync();
    }
}
