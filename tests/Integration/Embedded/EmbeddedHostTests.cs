using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Runs;
using Orchestrator.Services.Inventory;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Embedded;

public class The_embedded_host
{
    readonly Guid _order = Guid.CreateVersion7();
    TemporaryFolder _temporary = null!;
    DataFolder _folder = null!;

    [SetUp]
    public void Open()
    {
        _temporary = new TemporaryFolder();
        _folder = DataFolder.Open(_temporary[""]);
    }

    [TearDown]
    public void Close()
    {
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Test]
    public async Task Journals_with_every_message_where_it_came_from_and_what_caused_it()
    {
        await using var host = await EmbeddedOrders.Start(_folder);
        await EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order));
        var rows = await host.Database.Read(sql => sql.Query(
            """
            SELECT event ->> '$.messageType', event ->> '$.source', event ->> '$.causationId', event ->> '$.correlationId',
                   event ->> '$.conversationId', event ->> '$.sentAt', event ->> '$.schemaVersion', outgoing, message_id
            FROM journal ORDER BY seq
            """,
            row => Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetString(i)).ToArray()));

        rows.Count.ShouldBe(6);
        rows.Select(row => (row[0], row[1])).ShouldBe(
        [
            ("OrderSubmitted", "local"), ("StockReserved", "inventory"), ("PaymentAuthorized", "payment"), ("ShipmentBooked", "shipping"),
            ("PaymentCaptured", "payment"), ("ShipmentDispatched", "shipping"),
        ], ignoreOrder: true);
        rows[0][2].ShouldBeNull("nothing in the system caused the order");

        var sent = rows.SelectMany(row => Orchestrator.Journal.OutgoingEnvelope.FromJson(row[7]!)
            .Select(message => (Message: message, By: row[8]!))).ToList();
        foreach (var (message, by) in sent)
        {
            message.Source.ShouldBe("orchestrator");
            message.CausationId.ShouldBe(Guid.Parse(by), message.MessageType);
            message.CorrelationId.ShouldBe(_order);
        }

        var commands = sent.Select(message => message.Message.MessageId).ToHashSet();
        foreach (var row in rows.Skip(1))
            commands.ShouldContain(Guid.Parse(row[2]!), row[0]);
        foreach (var row in rows)
        {
            Guid.Parse(row[3]!).ShouldBe(_order);
            row[4].ShouldBe(rows[0][4], "one order is one conversation");
            row[5].ShouldNotBeNull();
            row[6].ShouldBe("1");
        }
    }

    [Test]
    public async Task Counts_an_order_once_and_rejects_another_of_its_id()
    {
        await using var host = await EmbeddedOrders.Start(_folder);
        var line = EmbeddedRun.Line(_order);
        var first = await EmbeddedRun.Process(host, "", line, line, EmbeddedRun.Line(_order, customer: "MALLORY"));
        (first.Orders, first.Duplicates, first.Rejected, first.Fulfilled).ShouldBe((1, 1, 1, 1));
        var second = await EmbeddedRun.Process(host, "", line, EmbeddedRun.Line(_order, quantity: 13));
        (second.Orders, second.Duplicates, second.Rejected, second.UnitsShipped).ShouldBe((1, 1, 1, 12));
    }

    [Test]
    public async Task Charges_one_of_two_orders_of_one_number_and_cancels_the_other_with_the_reason()
    {
        await using var host = await EmbeddedOrders.Start(_folder);
        var summary = await EmbeddedRun.Process(
            host, "", EmbeddedRun.Line(_order, number: "10248"), EmbeddedRun.Line(Guid.CreateVersion7(), number: "10248"));
        (summary.Orders, summary.Fulfilled, summary.Cancelled, summary.UnitsShipped).ShouldBe((2, 1, 1, 12));
        summary.Captured.ShouldBe(new Dictionary<string, decimal> { ["USD"] = 168m });
        summary.CancelledByReason.Keys.Single()
            .ShouldMatch("^OrderSubmitted: order-fulfilment [0-9a-f-]{36} has the business key 10248; give each its own$");
    }

    [Test]
    public async Task Does_not_wait_for_a_suspended_order_and_says_how_many_there_are()
    {
        await using (var host = await EmbeddedOrders.Start(_folder))
        {
            await EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order));
            await host.Database.Write(sql => sql.Execute("UPDATE saga SET state = 'Suspended', completed_at = NULL"));
        }

        await using var next = await EmbeddedOrders.Start(_folder);
        (await EmbeddedRun.Process(next, "", EmbeddedRun.Line(_order))).Suspended.ShouldBe(1);
    }

    [Test]
    public async Task Says_which_orders_are_stuck_when_all_others_have_ended_and_drives_them_again_at_the_next_start()
    {
        var other = Guid.CreateVersion7();
        await using (var host = await EmbeddedOrders.Start(_folder, services => services.AddSingleton(provider =>
            new Reservations(new PoisonedDatabase(provider.GetRequiredKeyedService<Database>(EmbeddedHost.Store), _order)))))
        {
            var stuck = await Should.ThrowAsync<StuckException>(
                () => EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order, quantity: 13), EmbeddedRun.Line(other)));
            stuck.Message.ShouldMatch(
                $"""
                ^One order is stuck and all others have ended; the same command drives stuck orders again:
                  ReserveStock .* of order {_order} could not be handled: the shelf fell over$
                """);
            (await host.Database.Read(sql => sql.Query("SELECT state FROM saga ORDER BY state", row => row.GetString(0))))
                .ShouldBe(["Completed", "Running"]);
        }

        await using var next = await EmbeddedOrders.Start(_folder);
        (await EmbeddedRun.Process(next, "", EmbeddedRun.Line(_order, quantity: 13))).Fulfilled.ShouldBe(1);
    }

    [Test]
    public async Task Breaks_off_with_a_sentence_when_a_message_can_not_be_read()
    {
        await using var host = await EmbeddedOrders.Start(_folder);
        var endpoint = await host.Bus.GetSendEndpoint(new Uri("exchange:order-fulfilment"));
        await endpoint.Send(new Orchestrator.Contracts.Orders.OrderFulfilled(_order), context => context.Serializer = new Garbage());
        (await host.Breakdown.WaitAsync(TimeSpan.FromMinutes(3))).ShouldStartWith("a message in /order-fulfilment could not be handled: ");
        (await Should.ThrowAsync<BreakdownException>(() => EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order))))
            .Message.ShouldStartWith("The run broke off: a message in /order-fulfilment");
    }

    [Test]
    public async Task Finds_what_a_crash_left_unsettled_although_the_clock_was_set_back()
    {
        await using (var host = await EmbeddedOrders.Start(_folder))
        {
            await EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order));
            await host.StopCleanly(CancellationToken.None);
        }

        // A later process whose clock is a day behind ends an order. It dies before the inventory has heard of the end.
        var late = Guid.CreateVersion7();
        await using (var host = await EmbeddedOrders.Start(_folder, services => services.AddSingleton<TimeProvider>(new Yesterday())))
        {
            await EmbeddedRun.Process(host, "", EmbeddedRun.Line(late));
            await host.Database.Write(async sql =>
            {
                await sql.Execute("UPDATE inventory_reservation SET status = 'Reserved' WHERE order_id = @id", ("id", late));
                return await sql.Execute("UPDATE inventory_stock SET reserved = 12, shipped = shipped - 12");
            });
        }

        await using var next = await EmbeddedOrders.Start(_folder);
        (await EmbeddedRun.Process(next, "").WaitAsync(TimeSpan.FromMinutes(5))).UnitsShipped.ShouldBe(
            24, "also of orders that are not in its file");
    }

    [Test]
    public async Task Is_not_idle_before_the_inventory_has_heard_of_every_end()
    {
        await using var host = await EmbeddedOrders.Start(_folder);
        await EmbeddedRun.Process(host, "", EmbeddedRun.Line(_order));
        foreach (var (status, idle) in new[] { ("Reserved", false), ("Shipped", true) })
        {
            await host.Database.Write(sql => sql.Execute("UPDATE inventory_reservation SET status = @status", ("status", status)));
            (await host.IsIdle(CancellationToken.None)).ShouldBe(idle, status);
        }
    }

    [Test]
    public async Task Refuses_a_database_from_a_newer_version()
    {
        await using (var host = await EmbeddedOrders.Start(_folder))
            await host.Database.Write(sql => sql.Execute("INSERT INTO journal_migrations VALUES ('29991231000000_Future', '99')"));
        (await Should.ThrowAsync<NewerSchemaException>(() => EmbeddedOrders.Start(_folder))).Message.ShouldContain("29991231000000_Future");
    }

    sealed class Garbage : IMessageSerializer
    {
        public System.Net.Mime.ContentType ContentType => new("application/vnd.masstransit+json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new StringMessageBody("{ not json");
    }

    sealed class Yesterday : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(-1);
    }

    /// <summary>Fails for the statements of one order.</summary>
    sealed class PoisonedDatabase(Database inner, Guid order) : Database(TimeProvider.System, NullLogger.Instance)
    {
        public override Dialect Dialect => inner.Dialect;

        public override Task<DbConnection> Open(CancellationToken cancellationToken = default) => inner.Open(cancellationToken);

        public override bool IsTransient(Exception exception) => false;

        public override void Configure(DbContextOptionsBuilder options, string party) => inner.Configure(options, party);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task<T> WriteOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) => inner.Write(
            async sql =>
            {
                var result = await work(sql);
                var touched = await sql.First(
                    "SELECT count(*) FROM inventory_reservation WHERE order_id = @id", row => row.GetInt64(0), ("id", order));
                return touched == 0 ? result : throw new InvalidOperationException("the shelf fell over");
            },
            cancellationToken);

        protected override Task<T> ReadOnce<T>(Func<Sql, Task<T>> work, CancellationToken cancellationToken) =>
            inner.Read(work, cancellationToken);
    }
}
