using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Journal;
using Orchestrator.Journal.Sqlite;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.MassTransit.Wire;
using Orchestrator.Sagas.OrderFulfilment;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>The queues of a saga, on the in-memory transport.</summary>
public class The_endpoints_of_a_saga
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    TemporaryFolder _folder = null!;
    SqliteDatabase _database = null!;
    FailingStore _store = null!;
    ServiceProvider _provider = null!;
    ITestHarness _harness = null!;
    TestOrder _order = null!;
    Faults _faults = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new TemporaryFolder();
        _database = new SqliteDatabase(_folder["orchestrator.db"], TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        await JournalSchema.Migrate(_database);
        _store = new FailingStore(new SqliteJournalStore(_database));
        _provider = new ServiceCollection()
            .AddJournal(_ => _database)
            .AddSingleton<IJournalStore>(_store)
            .AddMassTransitTestHarness(bus =>
            {
                bus.SetTestTimeouts(Patience, Patience);
                bus.AddJournalSaga<OrderFulfilmentSaga, Order>();
                bus.UsingInMemory((context, transport) =>
                {
                    transport.UseMessageMetadata("orchestrator");
                    transport.UseWireSerialization();
                    transport.JournalSagaEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _harness = _provider.GetTestHarness();
        _faults = new Faults();
        _harness.Bus.ConnectReceiveObserver(_faults);
        await _harness.Start();
        _order = new TestOrder(_provider.GetRequiredService<SagaJournal>());
    }

    [TearDown]
    public async Task Stop()
    {
        await _provider.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Moves_a_saga_once_for_four_copies_of_a_message_and_sends_the_same_messages_for_each()
    {
        var id = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _harness.Bus.Publish(_order.Submitted, context => context.MessageId = id)));
        await _store.Asked(times: 4).WaitAsync(Patience);
        (await _harness.Sent.Any<AuthorizePayment>()).ShouldBeTrue();

        (await Journalled()).ShouldBe(["OrderSubmitted"]);
        var sent = _harness.Sent.Select<ReserveStock>(Now()).ToList();
        sent.Select(message => message.Context.MessageId).Distinct().Count().ShouldBe(1);
        sent[0].Context.DestinationAddress!.AbsolutePath.ShouldBe("/inventory-commands");
    }

    [Test]
    public async Task Sends_nothing_when_the_commit_fails()
    {
        _store.Commits = () => throw new InvalidOperationException("disk on fire");
        await _harness.Bus.Publish(_order.Submitted);
        (await _faults.First).ShouldBe("disk on fire");
        _harness.Sent.Select<ReserveStock>(Now()).ShouldBeEmpty();
        (await Journalled()).ShouldBeEmpty();
    }

    [Test]
    public async Task Sends_nothing_before_the_commit()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _store.Commits = () =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        await _harness.Bus.Publish(_order.Submitted);
        await reached.Task.WaitAsync(Patience);
        _harness.Sent.Select<ReserveStock>(Now()).ShouldBeEmpty();
        go.SetResult();
        (await _harness.Sent.Any<ReserveStock>()).ShouldBeTrue();
    }

    [Test]
    public async Task Sends_what_is_committed_although_its_message_is_taken_away_meanwhile()
    {
        var fulfilled = new OutgoingEnvelope(
            null, null, 0, false, Guid.CreateVersion7(), nameof(OrderFulfilled), _order.Submitted.OrderId, null, null, null, null, 1,
            JsonSerializer.SerializeToElement(new OrderFulfilled(_order.Submitted.OrderId), WireJson.Options));
        await _provider.GetRequiredService<OutgoingPublisher>()
            .Send(_provider.GetRequiredService<ISagaKind>(), [fulfilled], new CancellationToken(canceled: true));
        (await _harness.Published.Any<OrderFulfilled>()).ShouldBeTrue();
    }

    [Test]
    public async Task Keeps_what_a_newer_sender_says_and_this_version_does_not_know()
    {
        await Publish(Envelope(message => message["giftWrap"] = new JsonObject { ["colour"] = "red" }));
        (await _harness.Sent.Any<ReserveStock>()).ShouldBeTrue();
        (await _database.Read(sql => sql.Query("SELECT event ->> '$.message.giftWrap.colour' FROM journal", row => row.GetString(0))))
            .ShouldBe(["red"]);
    }

    [Test]
    public async Task Rejects_a_message_without_an_id()
    {
        await Publish(Envelope(_ => { }, messageId: null));
        (await _faults.First).ShouldBe("the message has no message id: it can't be told apart from its copies");
        (await Journalled()).ShouldBeEmpty();
    }

    [Test]
    public async Task Rejects_a_known_id_with_another_content()
    {
        var id = Guid.CreateVersion7();
        await _harness.Bus.Publish(_order.Submitted, context => context.MessageId = id);
        (await _harness.Sent.Any<ReserveStock>()).ShouldBeTrue();
        await _harness.Bus.Publish(_order.Submitted with { CustomerId = "MALLORY" }, context => context.MessageId = id);
        (await _faults.First).ShouldStartWith($"OrderSubmitted {id} differs from the OrderSubmitted of the same message id");
    }

    [Test]
    public async Task Rejects_an_outcome_whose_saga_does_not_exist()
    {
        await _harness.Bus.Publish(_order.Reserved);
        (await _faults.First).ShouldBe($"StockReserved is for order-fulfilment {_order.Id}, which does not exist");
    }

    [Test]
    public async Task Answers_an_operator_who_means_a_saga_that_does_not_exist()
    {
        var endpoint = await _harness.Bus.GetSendEndpoint(new Uri("exchange:order-fulfilment"));
        await endpoint.Send(new ResumeSaga(_order.Id, null, "ada", "go on"));
        (await _harness.Published.Any<OperatorCommandRefused>(
            published => published.Context.Message.Reason == $"there is no order-fulfilment {_order.Id}")).ShouldBeTrue();
        (await Journalled()).ShouldBeEmpty();
    }

    [Test]
    public async Task Rejects_an_order_that_breaks_a_rule()
    {
        await _harness.Bus.Publish(_order.Submitted with { Lines = [] });
        (await _faults.First).ShouldStartWith($"OrderSubmitted for {_order.Id} is not acceptable: ");
    }

    // The present list. MassTransit's own list waits for more messages until a time-out.
    static CancellationToken Now() => new(canceled: true);

    Task<List<string>> Journalled() =>
        _database.Read(sql => sql.Query("SELECT message_type FROM journal ORDER BY at", row => row.GetString(0)));

    string Envelope(Action<JsonNode> change, string? messageId = "01890a5d-ac96-774b-bcce-b302099a8057")
    {
        var message = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(_order.Submitted, WireJson.Options))!;
        change(message);
        return new JsonObject
        {
            ["messageId"] = messageId,
            ["messageType"] = new JsonArray(MessageUrn.ForTypeString<OrderSubmitted>()),
            ["message"] = message,
        }.ToJsonString();
    }

    async Task Publish(string envelope)
    {
        var endpoint = await _harness.Bus.GetSendEndpoint(new Uri("exchange:order-fulfilment"));
        await endpoint.Send(_order.Submitted, context => context.Serializer = new RawBody(envelope));
    }

    // The messages that could not be handled, each with its innermost reason.
    sealed class Faults : IReceiveObserver
    {
        readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task.WaitAsync(Patience);

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception)
        {
            _first.TrySetResult(exception.GetBaseException().Message);
            return Task.CompletedTask;
        }
    }

    sealed class RawBody(string body) : IMessageSerializer
    {
        public System.Net.Mime.ContentType ContentType => new("application/vnd.masstransit+json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new StringMessageBody(body);
    }

    sealed class FailingStore(IJournalStore inner) : IJournalStore
    {
        readonly SemaphoreSlim _asked = new(0);

        public Func<Task> Commits { get; set; } = () => Task.CompletedTask;

        public Database Database => inner.Database;

        public bool IsOutage(Exception exception) => inner.IsOutage(exception);

        public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => inner.Now(cancellationToken);

        public async Task<IReadOnlyList<Loaded>> Load(IReadOnlyList<LoadRequest> requests, CancellationToken cancellationToken)
        {
            var loaded = await inner.Load(requests, cancellationToken);
            _asked.Release(requests.Count);
            return loaded;
        }

        public async Task Asked(int times)
        {
            for (var i = 0; i < times; i++)
                await _asked.WaitAsync();
        }

        public async Task<IReadOnlyList<bool>> Commit(IReadOnlyList<SagaWrite> writes, CancellationToken cancellationToken)
        {
            await Commits();
            return await inner.Commit(writes, cancellationToken);
        }
    }
}
