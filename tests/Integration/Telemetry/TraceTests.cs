using System.Diagnostics;
using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>One trace per order, over all hosts.</summary>
public class The_trace_of_an_order
{
    const string Cancelled = "send Orchestrator.Contracts.Orders:OrderCancelled: OrderCancelled";

    TracedHosts _traced = null!;

    [OneTimeSetUp]
    public async Task Start() => _traced = await TracedHosts.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _traced.DisposeAsync();

    [Test]
    public async Task That_is_fulfilled_is_one_tree()
    {
        var order = (await Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        var tree = await _traced.Trace(order, trace => trace.Messages.Contains(TracedHosts.End));
        var root = tree.Roots.ShouldHaveSingleItem();
        TraceTree.Name(root).ShouldBe("process order-fulfilment-intake: OrderSubmitted");
        foreach (var (command, outcome, queue) in new[]
                 {
                     ("ReserveStock", "StockReserved", "inventory-commands"), ("AuthorizePayment", "PaymentAuthorized", "payment-commands"),
                     ("BookShipment", "ShipmentBooked", "shipping-commands"), ("CapturePayment", "PaymentCaptured", "payment-commands"),
                     ("DispatchShipment", "ShipmentDispatched", "shipping-commands"),
                 })
        {
            var handled = tree.Of($"process order-fulfilment: {outcome}").ShouldHaveSingleItem();
            tree.Above(handled).Take(3).ShouldBe(
            [
                $"send Orchestrator.Contracts.{Owner(queue)}:{outcome}: {outcome}", $"process {queue}: {command}",
                $"send {queue}: {command}",
            ]);
            tree.Above(handled).Last().ShouldBe(TraceTree.Name(root));
        }

        _traced.Receiver.Spans.Where(span => span.Span.ParentSpanId.Length == 0).Select(TraceTree.Name)
            .ShouldAllBe(name => name.StartsWith("process ") || name.StartsWith("send "), "a trace begins with a message");
        FollowsTheConventions(
            tree.Of("process payment-commands: CapturePayment")[0], "Orchestrator.Services.Payment", 5, "process", "payment-commands");
        FollowsTheConventions(tree.Of("send payment-commands: CapturePayment")[0], "Orchestrator.Worker", 4, "send", "payment-commands");
    }

    [Test]
    public async Task That_is_compensated_shows_the_way_back()
    {
        var order = (await Submit(EmbeddedRun.Line(Guid.CreateVersion7(), customer: "NOCAPTURE-1")))[0];
        var tree = await _traced.Trace(order, trace => trace.Messages.Contains(Cancelled));
        tree.Roots.ShouldHaveSingleItem();
        var turn = tree.Of("process order-fulfilment: CaptureRefused").ShouldHaveSingleItem();
        turn["orchestrator.saga.refused_step"].ShouldBe("CapturePayment");
        foreach (var undo in new[] { "CancelShipment", "VoidPayment", "ReleaseStock" })
        {
            var sent = tree.Messages.Where(
                message => message.StartsWith("process ", StringComparison.Ordinal) && message.EndsWith(undo, StringComparison.Ordinal))
                .ShouldHaveSingleItem();
            tree.Above(tree.Of(sent)[0]).ShouldContain(TraceTree.Name(turn));
        }

        await TestContext.Out.WriteLineAsync(tree.ToString());
    }

    [Test]
    public async Task Holds_what_a_customer_asks_for_in_a_trace_of_his_own()
    {
        var order = (await Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        await _traced.Journalled(order, "to_state = 'Completed'");
        using var source = new ActivitySource("a shop");
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name == "MassTransit",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await _traced.Cancel(order);
        await _traced.Journalled(order, "message_type = 'CancelOrder'");
        var tree = await _traced.Trace(order, trace => trace.Messages.Contains("process order-fulfilment: CancelOrder"));
        var asked = tree.Of("process order-fulfilment: CancelOrder")[0];
        asked.Span.Links.ShouldHaveSingleItem().TraceId.Span.ToArray().ShouldNotBe(asked.Span.TraceId.Span.ToArray());
        tree.Above(asked).ShouldBe(["process order-fulfilment-intake: OrderSubmitted"]);
    }

    [Test]
    public async Task Is_named_by_one_line_for_each_decision()
    {
        var order = (await Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        await _traced.Journalled(order, "to_state = 'Completed'");
        var (trace, rows) = (
            await _traced.TraceId(order),
            await _traced.Hosts.Count("orchestrator", $"SELECT count(*) FROM journal WHERE saga_id = '{order}'"));
        var lines = new List<LogRecord>();
        await Eventually.Is(
            () =>
            {
                lines =
                [
                    .. _traced.Receiver.Logs.Select(log => log.Line)
                        .Where(line => OtlpReceiver.Attribute(line.Attributes, "SagaId") == order.ToString()),
                ];
                return Task.FromResult(lines.Count >= rows);
            },
            "lines are missing");
        lines.Count.ShouldBe((int)rows);
        lines.ShouldAllBe(
            line => Convert.ToHexStringLower(line.TraceId.ToByteArray()) == trace
            && OtlpReceiver.Attribute(line.Attributes, "TraceId") == trace);
        lines.ShouldAllBe(
            line => OtlpReceiver.Attribute(line.Attributes, "MessageId").Length == 36
            && OtlpReceiver.Attribute(line.Attributes, "Kind") == "order-fulfilment");
        _traced.Hosts.Running[0].Output.Split(Environment.NewLine)
            .Count(line => line.Contains($"order-fulfilment {order}:", StringComparison.Ordinal)).ShouldBe((int)rows);
    }

    async Task<IReadOnlyList<Guid>> Submit(string line) => await _traced.Hosts.Submit(line);

    static string Owner(string queue) => char.ToUpperInvariant(queue[0]) + queue[1..queue.IndexOf('-', StringComparison.Ordinal)];

    static void FollowsTheConventions(ExportedSpan span, string service, int kind, string operation, string destination)
    {
        span.Service.ShouldBe(service);
        span.Span.Kind.ShouldBe(kind);
        span.Span.Name.ShouldBe($"{operation} {destination}");
        span["messaging.system"].ShouldBe("rabbitmq");
        span["messaging.operation.name"].ShouldBe(operation);
        span["messaging.operation.type"].ShouldBe(operation);
        span["messaging.destination.name"].ShouldBe(destination);
        Guid.TryParse(span["messaging.message.id"], out _).ShouldBeTrue();
        Guid.TryParse(span["messaging.message.conversation_id"], out _).ShouldBeTrue();
        span.Span.Attributes.Select(attribute => attribute.Key)
            .ShouldNotContain(
                key => key.StartsWith("messaging.masstransit.", StringComparison.Ordinal)
                && key.EndsWith("address", StringComparison.Ordinal));
    }
}
