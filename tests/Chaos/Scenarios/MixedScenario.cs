using System.Security.Cryptography;
using Npgsql;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Site;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Scenarios;

/// <summary>One broker and one database. Each is reached through a network of its own.</summary>
sealed class MixedScenario : IScenario
{
    const string User = "hosts";

    // The size that a run of a day writes. The memory is used only when it is written.
    const long DiskBytes = 8L << 30;

    readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    readonly List<string> _leftOut = [];
    SmallDisk? _disk;
    DeleteQueue _deletions = null!;
    PrivatePostgres _postgres = null!;
    PrivateRabbitMq _rabbit = null!;
    PartyRoles _roles = null!;
    TcpProxy _toBroker = null!, _toDatabase = null!;

    public Redeliveries Redeliveries { get; } = new();

    public string Administrator => _postgres.ConnectionString();

    public Uri Broker => new UriBuilder(_rabbit.Address()) { Port = _toBroker.Port, UserName = User, Password = _password }.Uri;

    public Uri ShopsBroker => _rabbit.Address();

    public IReadOnlyList<string> LeftOut => _leftOut;

    public bool HasLostEnds => _deletions.HasLostEnds;

    public ForgeMessages? Forgeries { get; private set; }

    public async Task Start()
    {
        _disk = await SmallDisk.Create(DiskBytes);
        if (_disk is null)
            _leftOut.Add("disk full under the database: only root may mount a small disk");
        (_postgres, _rabbit) = (await PrivatePostgres.Create(_disk?.Folder), await PrivateRabbitMq.Create());
        _deletions = new DeleteQueue(_rabbit.Address());
        _roles = await PartyRoles.Create(_postgres, SourceTree.Root);
        await _rabbit.Control("add_user", User, _password);
        await _rabbit.Control("set_permissions", User, ".*", ".*", ".*");
        (_toBroker, _toDatabase) = (
            TcpProxy.To([_rabbit.Address().Port], Redeliveries.Listen),
            TcpProxy.To([new NpgsqlConnectionStringBuilder(Administrator).Port]));
    }

    public string Postgres(string party) =>
        new NpgsqlConnectionStringBuilder(_roles.ConnectionString(party)) { Port = _toDatabase.Port }.ToString();

    public IReadOnlyList<Fault> Faults(Fleet fleet, Books books, IReadOnlyDictionary<string, string> workers) =>
    [
        Forgeries = new ForgeMessages(ShopsBroker, books, workers),
        new KillHost(fleet),
        new ServerFault("broker restarted", _rabbit.Stop, _rabbit.Start),
        new ServerFault("broker killed", _rabbit.Kill, _rabbit.Start),
        new ServerFault("database stopped at once", _postgres.StopAtOnce, _postgres.Start),
        new FreezeHost(fleet),
        new CutConnections("the broker", _toBroker),
        new CutConnections("the database", _toDatabase),
        new SlowConnections("the broker", _toBroker),
        new SlowConnections("the database", _toDatabase),
        new RollingRestart(fleet),
        _deletions,
        new RedriveAll(workers, Forgeries),
        new RotatePassword(_roles, fleet, books),
        new RefuseLogins(_rabbit, User, _password),
        new StaleHolds(_rabbit, books),
        new ResolveSteps(ShopsBroker, fleet, books),
        .. _disk is null ? Array.Empty<Fault>() : [new FillDisk(_disk, _postgres)],
    ];

    public Task<string> Diagnosis() => _rabbit.Diagnosis(_rabbit.Address());

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new IAsyncDisposable?[] { _toBroker, _toDatabase, _rabbit, _postgres, _disk })
            if (one is not null)
                await one.DisposeAsync();
    }
}
