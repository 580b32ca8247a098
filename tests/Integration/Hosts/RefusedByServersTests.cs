using Npgsql;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>A server that let a host in before and refuses it now: a password, a certificate or a right is being changed.</summary>
[Category("Broker")]
public class A_host_that_its_database_refuses_for_a_while
{
    const string Role = "rotated";

    [Test]
    public async Task Waits_as_for_a_database_that_is_away_and_loses_nothing()
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var hosts = await RealHosts.On(postgres);
        // The worker has a role of its own, whose password changes.
        await Administer(postgres, $"CREATE ROLE {Role} LOGIN SUPERUSER PASSWORD 'first'");
        var worker = hosts.Begin(RealHosts.Worker, null, ("ConnectionStrings__Postgres", new NpgsqlConnectionStringBuilder(hosts.Postgres) { Username = Role, Password = "first" }.ToString()));
        await worker.Ready();
        await hosts.Submit(OrderLines.Make(5));
        await Eventually.Is(async () => await hosts.Count("orchestrator", "SELECT count(*) FROM saga") == 5, "the worker took no orders");

        await Administer(postgres, $"ALTER ROLE {Role} PASSWORD 'second'", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Role}'");
        await hosts.Submit(OrderLines.Make(5));
        await Eventually.Is(() => Task.FromResult(worker.Output.Contains("password authentication failed", StringComparison.Ordinal)), "it does not say why it waits");
        (await worker.HealthReport()).ShouldContain("password authentication failed");
        await Administer(postgres, $"ALTER ROLE {Role} PASSWORD 'first'");
        await Eventually.Is(async () => await hosts.Count("orchestrator", "SELECT count(*) FROM saga") == 10, "what waited was lost");
        (await hosts.DeadLetters()).ShouldBeEmpty();
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal WHERE message_type = 'OrderSubmitted'")).ShouldBe(10);
    }

    [Test]
    public async Task Puts_off_only_what_needs_a_right_that_was_taken_away_and_names_the_object()
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var hosts = await RealHosts.On(postgres, roles: await PartyRoles.Create(postgres, SourceTree.Root));
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1_000));
        await Administer(postgres, "REVOKE INSERT ON shipping.shipping_shipment FROM shipping");
        await hosts.Submit(OrderLines.Make(3));
        var shipping = hosts.Running.Single(host => host.Name == RealHosts.Shipping);
        await Eventually.Is(async () => (await shipping.HealthReport()).Contains("permission denied for table shipping_shipment", StringComparison.Ordinal), "its health does not name the table");
        (await shipping.Answers("/health/ready")).ShouldBe(200, "everything else goes on");
        (await hosts.DeadLetters()).ShouldBeEmpty();
        await Administer(postgres, "GRANT INSERT ON shipping.shipping_shipment TO shipping");
        await hosts.Settled(3);
        (await hosts.States()).ShouldBe(new Dictionary<string, long> { ["Completed"] = 3 });
        (await hosts.DeadLetters()).ShouldBeEmpty();
    }

    static async Task Administer(PrivatePostgres postgres, params string[] statements)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString());
        foreach (var statement in statements)
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}
