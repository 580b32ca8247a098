using System.Text;
using System.Text.Json;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>
/// Every party as a user of its own, with only the permissions of <c>deploy</c> at the broker and in the database.
/// </summary>
[Category("Broker")]
public class Least_privilege
{
    const long Units = 1_000;

    PrivateRabbitMq _node = null!;
    PrivatePostgres _postgres = null!;
    PartyRoles _roles = null!;
    RealHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        (_node, _postgres) = (await PrivateRabbitMq.Create(), await PrivatePostgres.Create());
        _roles = await PartyRoles.Create(_postgres, Unit.Repository.Root, "orchestrator");
        _hosts = await RealHosts.On(_postgres, _node, _roles);
        _hosts.Users = await BrokerUsers.Create(_node, _hosts.Broker, Unit.Repository.Root);
        _hosts.Settings["Logging__LogLevel__Default"] = "Trace";
        await _hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await _hosts.Stock(("NW-11", Units));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _hosts.DisposeAsync();
        await _postgres.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task Is_enough_for_orders_of_every_fate()
    {
        await _hosts.Submit(OrderLines.Make(10));
        await _hosts.Settled(10);
        (await _hosts.States())["Completed"].ShouldBe(OrderLines.Fulfilled(10));
        await _hosts.Reconcile(Units);
    }

    [Test, Order(2)]
    public async Task Is_enough_for_messages_that_fail_and_are_sent_back()
    {
        var (order, endpoint) = (Guid.CreateVersion7(), await (await _hosts.Bus()).GetSendEndpoint(new Uri("exchange:payment-commands")));
        await endpoint.Send(new AuthorizePayment(order, 1, "VINET", new Money(10m, "USD")));
        await Eventually.Is(
            async () =>
                await _hosts.Count("payment", $"SELECT count(*) FROM payment_operation WHERE order_id = '{order}'") == 1,
                "the payment was not authorised");
        await endpoint.Send(new AuthorizePayment(order, 1, "MALLORY", new Money(10m, "USD")));
        await Eventually.Is(
            async () =>
                (await _hosts.DeadLetters()).Any(letter => letter.Saga == order && letter.Queue == "payment-commands"),
                "it was not set aside");
        (await _hosts.Count("orchestrator", "SELECT count(*) FROM dead_letter WHERE headers #>> '{headers,MT-Redelivery-Count}' = '2'"))
            .ShouldBe(1);

        // The command 'redrive' does this.
        var back = Guid.CreateVersion7();
        await using var connection = await Connect("operator");
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        foreach (var queue in new[] { "payment-commands", "inventory-events", "order-fulfilment-intake" })
            await channel.BasicPublishAsync(queue, "", mandatory: true, Properties(back), "no JSON"u8.ToArray());
        await Eventually.Is(
            async () => (await _hosts.DeadLetters()).Count(letter => letter.Message == back) == 3, "what the operator sent did not come");
    }

    [Test, Order(3)]
    public async Task Is_enough_for_an_operator()
    {
        (await Command("hold", "--kind", "order-fulfilment", "--step", "BookShipment")).ShouldBe((0, "done", ""));
        var order = (await _hosts.Submit(OrderLines.Make(1)))[0];
        await Eventually.Is(
            async () =>
                await _hosts.Count(
                    "orchestrator",
                    $"SELECT count(*) FROM saga WHERE id = '{order}' AND data -> 'steps' -> 'BookShipment' ->> 'waiting' = 'Release'") == 1,
            "it does not wait for the step");
        (await Command("cancel", order.ToString())).ShouldBe((0, "done", ""));
        (await Command("release", "--kind", "order-fulfilment", "--step", "BookShipment")).ShouldBe((0, "done", ""));
        await Eventually.Is(
            async () =>
                await _hosts.Count(
                    "orchestrator",
                    $"SELECT count(*) FROM saga WHERE id = '{order}' AND completed_at IS NOT NULL AND state <> 'Completed'") == 1,
                    "it has not turned back");

        Task<(int ExitCode, string Output, string Error)> Command(params string[] arguments) =>
            Operator([.. arguments, "--by", "ada", "--note", "a test"]);
    }

    [Test, Order(4)]
    public async Task Is_enough_to_discard_a_dead_letter_and_to_acknowledge_a_difference()
    {
        var letter = await _hosts.Store("orchestrator").Read(sql => sql.First("SELECT id FROM dead_letter", row => row.GetGuid(0)));
        (await Operator("dead-letters", "discard", letter.ToString(), "--by", "ada", "--reason", "a test"))
            .ShouldBe((0, "discarded=1 left=0", ""));
        await _hosts.Store("shipping").Write(sql => sql.Execute("DELETE FROM shipping_shipment WHERE status = 'Dispatched'"));
        var order = await _hosts.Store("orchestrator")
            .Read(sql => sql.First("SELECT id FROM saga WHERE state = 'Completed'", row => row.GetGuid(0)));
        string[] acknowledge =
        [
            "reconcile", "--settled-for", "00:00:00", "--acknowledge", order.ToString(), "--by", "ada", "--reason", "the carrier has it",
        ];
        // The reconciler may read all books, but may not acknowledge contradictions.
        (await _hosts.Command(
            acknowledge, [KeyValuePair.Create("ConnectionStrings__Postgres", _roles.ConnectionString("reconciler"))])).Error
            .ShouldBe(
                $"reconcile: PostgreSQL at {PostgresDatabase.ServerOf(_hosts.Postgres)}: permission denied for table "
                + $"acknowledged_difference; check ConnectionStrings__Postgres.");
        (await Operator(acknowledge)).Output.ShouldEndWith("acknowledged=1");
    }

    static readonly string[] Books = ["Inventory", "Payment", "Shipping", "Acquirer"];

    // As docker compose runs the commands: with the worker's role, the reconciler's role for the books of others, and the operator's user
    // at the broker.
    Task<(int ExitCode, string Output, string Error)> Operator(params string[] arguments) => _hosts.Command(
        arguments,
        [
            KeyValuePair.Create("ConnectionStrings__Postgres", _roles.ConnectionString("orchestrator")),
            KeyValuePair.Create("ConnectionStrings__RabbitMQ", _hosts.Users!.Address("operator").ToString()),
            .. Books.Select(books => KeyValuePair.Create($"ConnectionStrings__{books}", _roles.ConnectionString("reconciler"))),
        ]);

    static readonly (string What, Func<IChannel, Task> Try)[] Forbidden =
    [
        ("take inventory's commands", channel => channel.BasicGetAsync("inventory-commands", true)),
        ("take the answers to the saga",
            channel => channel.BasicConsumeAsync("order-fulfilment", true, new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel))),
        ("delete inventory's queue", channel => channel.QueueDeleteAsync("inventory-commands")),
        ("empty inventory's queue", channel => channel.QueuePurgeAsync("inventory-commands")),
        ("command inventory", channel => Publish(channel, "inventory-commands", "")),
        ("command a saga", channel => Publish(channel, "order-fulfilment", "")),
        ("tell a saga of a deadline", channel => Publish(channel, "order-fulfilment-deadlines", "")),
        ("submit an order", channel => Publish(channel, "order-fulfilment-intake", "")),
        ("command all sagas", channel => Publish(channel, "orchestrator-commands", "")),
        ("command a saga past its exchange", channel => Publish(channel, "", "order-fulfilment")),
        ("answer for inventory", channel => Publish(channel, "Orchestrator.Contracts.Inventory:StockReserved", "")),
        ("submit an order as an event", channel => Publish(channel, "Orchestrator.Contracts.Orders:OrderSubmitted", "")),
        ("forge another's dead letter", channel => Publish(channel, "inventory-commands_dead", "")),
        ("put a message where inventory's wait",
            channel => Publish(channel, "inventory-commands_redelivery-10000ms", "inventory-commands")),
        ("listen to inventory's answers",
            channel => channel.ExchangeBindAsync("payment-commands", "Orchestrator.Contracts.Inventory:StockReserved", "")),
        ("send what waits to a saga",
            channel =>
                channel.QueueDeclareAsync(
                    "payment-commands_redelivery-1ms", true, false, false, new Dictionary<string,
                    object?> { ["x-queue-type"] = "quorum", ["x-dead-letter-exchange"] = "order-fulfilment" })),
        ("send what waits to anybody",
            channel =>
                channel.QueueDeclareAsync(
                    "payment-commands_redelivery-1ms", true, false, false, new Dictionary<string,
                    object?> { ["x-queue-type"] = "quorum", ["x-dead-letter-exchange"] = "" })),
        ("make a queue of its own", channel => channel.QueueDeclareAsync("mine", true, false, false)),
    ];

    static IEnumerable<string> ForbiddenActs => Forbidden.Select(act => act.What);

    [TestCaseSource(nameof(ForbiddenActs))]
    public async Task Does_not_let_payment(string act)
    {
        await using var connection = await Connect("payment");
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var refused = await Should.ThrowAsync<Exception>(() => Forbidden.Single(forbidden => forbidden.What == act).Try(channel));
        var reason = refused.GetBaseException().ShouldBeAssignableTo<OperationInterruptedException>()!.ShutdownReason!;
        ((int)reason.ReplyCode).ShouldBe(Constants.AccessRefused, refused.Message);
    }

    [Test]
    public async Task Lets_nobody_into_another_database(
        [Values("orchestrator", "inventory", "payment", "shipping", "acquirer", "reconciler")] string role,
        [Values("postgres", "template1")] string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(_roles.ConnectionString(role));
        await using (var own = new NpgsqlConnection(connection + ";Pooling=false"))
            await own.OpenAsync();
        connection.Database = database;
        await using var session = new NpgsqlConnection(connection.ToString() + ";Pooling=false");
        var refused = await Should.ThrowAsync<PostgresException>(() => session.OpenAsync());
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, refused.MessageText);
    }

    [Test]
    public async Task Lets_the_scaler_ask_how_long_a_queue_is_and_no_more()
    {
        await using var connection = await Connect("scaler");
        await using (var channel = await connection.CreateChannelAsync())
            (await channel.QueueDeclarePassiveAsync("payment-commands")).QueueName.ShouldBe("payment-commands");
        foreach (var (what, act) in Forbidden)
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
            var refused = await Should.ThrowAsync<Exception>(() => act(channel), what);
            refused.GetBaseException()
                .ShouldBeAssignableTo<OperationInterruptedException>(what)!.ShutdownReason!.ReplyCode.ShouldBe(
                    (ushort)Constants.AccessRefused, what);
        }
    }

    [Test]
    public async Task Does_not_let_payment_say_by_its_own_event_what_only_others_may()
    {
        var message = Guid.CreateVersion7();
        await using var connection = await Connect("payment");
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var command = new CompensateSaga(Guid.CreateVersion7(), null, "payment", "I'd rather not");
        await channel.BasicPublishAsync(BrokerQueues.Event(typeof(PaymentAuthorized)), "", true, Properties(message), Envelope(command));
        await Eventually.Is(async () => (await _hosts.DeadLetters()).Any(letter => letter.Message == message), "it was not set aside");
        (await _hosts.DeadLetters()).Single(letter => letter.Message == message).Reason.ShouldEndWith(
            "the message came by the exchange Orchestrator.Contracts.Payment:PaymentAuthorized, and says that it is "
            + "urn:message:Orchestrator.Contracts.Operations:CompensateSaga");
    }

    [Test, Order(100)]
    public void Leaves_no_password_in_any_log()
    {
        foreach (var host in _hosts.Running)
        {
            host.Output.ShouldContain(" dbug: ", customMessage: "it logs all there is");
            foreach (var password in _hosts.Users!.Passwords.Concat(_hosts.RolePasswords))
                host.Output.ShouldNotContain(password, customMessage: host.Name);
        }
    }

    Task<IConnection> Connect(string user) =>
        new ConnectionFactory { Uri = _hosts.Users!.Address(user), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    static Task Publish(IChannel channel, string exchange, string routingKey) =>
        channel.BasicPublishAsync(exchange, routingKey, true, Properties(), "{}"u8.ToArray()).AsTask();

    static BasicProperties Properties(Guid? id = null) =>
        new() { MessageId = (id ?? Guid.CreateVersion7()).ToString(), ContentType = "application/vnd.masstransit+json", Persistent = true };

    static byte[] Envelope<T>(T message) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new { messageId = Guid.CreateVersion7(), messageType = new[] { $"urn:message:{BrokerQueues.Event(typeof(T))}" }, message },
        JsonSerializerOptions.Web));
}
