using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Services.Inventory;
using Orchestrator.Worker;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Integration.Hosts;

[Category("Broker")]
public class A_host_that_starts
{
    const long Units = 1_000;

    [Test]
    public async Task Waits_for_servers_that_are_away_and_says_so()
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var rabbit = await PrivateRabbitMq.Create();
        await using var hosts = await RealHosts.On(postgres, rabbit);
        await postgres.Stop();
        await rabbit.Stop();

        var host = hosts.Begin(RealHosts.Inventory);
        await Eventually.Is(
            () => Task.FromResult(host.Output.Contains("The database postgres at 127.0.0.1:", StringComparison.Ordinal)),
            "it does not say that PostgreSQL is away");
        (await host.Answers("/health/live"), await host.Answers("/health/ready")).ShouldBe((200, 503));
        await postgres.Start();
        await Eventually.Is(
            () => Task.FromResult(host.Output.Contains("The broker amqp://administrator@127.0.0.1:", StringComparison.Ordinal)),
            "it does not say that RabbitMQ is away");
        (await host.Answers("/health/live"), await host.Answers("/health/ready")).ShouldBe((200, 503));
        await rabbit.Start();
        await host.Ready();
        host.HasExited.ShouldBeFalse();
    }

    [Test]
    public async Task Says_everything_that_is_wrong_with_its_settings_and_ends()
    {
        await using var host = HostProcess.Start(
            Path.Combine(AppContext.BaseDirectory, $"{RealHosts.Payment}.dll"),
            new Dictionary<string, string> { ["ConnectionStrings__RabbitMQ"] = "rabbit", ["Broker__Prefetch"] = "0" });
        (await host.Exit()).ShouldBe(2);
        await Eventually.Is(() => Task.FromResult(host.Output.Split('\n').Length >= 4), host.Output);
        host.Output.ShouldBe(
            "payment can't start:\n"
            + "ConnectionStrings:Postgres is missing; set the environment variable ConnectionStrings__Postgres, for example to "
            + "'Host=localhost;Database=orchestrator;Username=payment;Password=…'.\n"
            + "ConnectionStrings:RabbitMQ is no broker's address; it is written like 'amqp://user:password@host:5672/virtual-host', "
            + "with amqps for TLS.\n"
            + "Broker:Prefetch is '0'; it is a number of messages from 1 to 65535.");
    }

    [TestCase(
        "ConnectionStrings__Postgres",
        "Can't start: PostgreSQL refuses: 28P01: password authentication failed for user \"nobody\"; check ConnectionStrings__Postgres "
        + "and the permissions of its role")]
    [TestCase("ConnectionStrings__RabbitMQ", "refuses the connection (ACCESS_REFUSED")]
    public async Task Ends_with_a_sentence_when_a_server_refuses_it(string setting, string sentence)
    {
        await using var postgres = await PrivatePostgres.Create();
        await using var hosts = await RealHosts.On(postgres);
        var wrong = setting == "ConnectionStrings__Postgres"
            ? new NpgsqlConnectionStringBuilder(postgres.ConnectionString()) { Username = "nobody" }.ToString()
            : new UriBuilder(hosts.Broker) { UserName = "nobody" }.ToString();
        var host = hosts.Begin(RealHosts.Shipping, null, (setting, wrong));
        (await host.Exit()).ShouldBe(1, host.Output);
        await Eventually.Is(() => Task.FromResult(host.Output.Contains(sentence, StringComparison.Ordinal)), host.Output);
        host.Output.ShouldNotContain("   at ", customMessage: "an operator needs no stack trace for this");
    }

    [Test]
    public async Task Works_as_a_role_that_owns_its_own_schema_only()
    {
        await using var postgres = await PrivatePostgres.Create();
        var roles = await PartyRoles.Create(postgres, Unit.Repository.Root);
        await using var hosts = await RealHosts.On(postgres, roles: roles);
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", Units));
        await hosts.Submit(OrderLines.Make(10));
        await hosts.Settled(10);
        (await hosts.States())["Completed"].ShouldBe(OrderLines.Fulfilled(10));
        await hosts.Reconcile(Units);

        await using var payment = NpgsqlDataSource.Create(roles.ConnectionString("payment"));
        foreach (
            var table in new[] { "inventory.inventory_stock", "orchestrator.saga", "shipping.shipping_shipment", "acquirer.acquirer_hold" })
        {
            await using var command = payment.CreateCommand($"SELECT count(*) FROM {table}");
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteScalarAsync())).SqlState.ShouldBe(
                PostgresErrorCodes.InsufficientPrivilege, table);
        }

        await using var ledgers = Ledgers.Connect(
            new ConfigurationManager { ["ConnectionStrings:Postgres"] = roles.ConnectionString("reconciler") },
            new OrderReconciliation(), WorkerRegistration.OrderSagas().Kinds(), TimeProvider.System);
        var found = new List<Contradiction>();
        (await new Reconciler([ledgers], new Acknowledgements(ledgers.Sagas), TimeProvider.System)
            .Run(TimeSpan.Zero, (contradiction, _) =>
        {
            found.Add(contradiction);
            return Task.CompletedTask;
        }, default)).ShouldBe([("order", 10L)]);
        found.ShouldBeEmpty();
        (await Should.ThrowAsync<PostgresException>(() => ledgers.Sagas.Write(sql => sql.Execute("UPDATE saga SET state = state"))))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Test]
    public async Task Makes_the_tables_and_views_once_when_several_start_at_once()
    {
        await using var hosts = await RealHosts.On();
        await hosts.Start(
            RealHosts.Worker, RealHosts.Worker, RealHosts.Worker, RealHosts.Inventory, RealHosts.Inventory, RealHosts.Inventory);
        (await hosts.Count("orchestrator", "SELECT count(*) FROM journal_migrations")).ShouldBeGreaterThan(0);
        (await hosts.Count(InventoryRegistration.Party, "SELECT count(*) FROM inventory_migrations")).ShouldBeGreaterThan(0);
        var said = string.Join('\n', hosts.Running.Select(host => host.Output)).Split('\n');
        foreach (var view in new[] { "order_fulfilment", "saga_timeline" })
            said.Count(line => line.Contains($"The view {view} is of this version now", StringComparison.Ordinal)).ShouldBe(1, view);
        (await hosts.Count(
            "orchestrator", "SELECT count(*) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'orchestrator'::regnamespace"))
            .ShouldBe(2);
    }
}
