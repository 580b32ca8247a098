using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>Hosts that record a trace only when something fails. They export over gRPC, under another name.</summary>
public class Without_a_chosen_trace
{
    TracedHosts _traced = null!;

    [OneTimeSetUp]
    public async Task Start() =>
        _traced = await TracedHosts.StartOverGrpc(("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SERVICE_NAME", "shop"));

    [OneTimeTearDown]
    public async Task Stop() => await _traced.DisposeAsync();

    [Test]
    public async Task A_compensation_is_kept_from_its_refusal_on_and_a_fulfilled_order_is_not()
    {
        var fulfilled = (await _traced.Hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        await _traced.Journalled(fulfilled, "to_state = 'Completed'");
        var turned = (await _traced.Hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), customer: "NOCAPTURE-1")))[0];
        var tree = await _traced.Trace(
            turned, trace => trace.Messages.Any(message => message.EndsWith("OrderCancelled", StringComparison.Ordinal)));
        var turn = tree.Roots.ShouldHaveSingleItem();
        TraceTree.Name(turn).ShouldBe("process order-fulfilment: CaptureRefused");
        turn.Service.ShouldBe("shop");
        foreach (
            var message in new[] { "CancelShipment", "ShipmentCancelled", "VoidPayment", "PaymentVoided", "ReleaseStock", "StockReleased" })
        {
            tree.Messages.Where(
                name => name.StartsWith("send ", StringComparison.Ordinal) && name.EndsWith($": {message}", StringComparison.Ordinal))
                .ShouldHaveSingleItem();
            tree.Messages.Where(
                name => name.StartsWith("process ", StringComparison.Ordinal) && name.EndsWith($": {message}", StringComparison.Ordinal))
                .ShouldHaveSingleItem();
        }

        // It is still one trace, and the journal names it.
        var trace = await _traced.TraceId(fulfilled);
        trace.Length.ShouldBe(32);
        _traced.Receiver.Spans.ShouldNotContain(span => span.Trace == trace);
    }

    [Test]
    public async Task A_failure_is_kept_and_so_is_all_that_follows_from_it()
    {
        await Rename("postal_code", "gone");
        var order = (await _traced.Hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7())))[0];
        await _traced.Journalled(order, "to_state = 'Running: BookShipment'");
        await Eventually.Is(
            () => Task.FromResult(_traced.Receiver.Spans.Any(span => span.Span.Status?.Code == 2)), "the failure was not kept");
        await Rename("gone", "postal_code");
        var tree = await _traced.Trace(order, trace => trace.Messages.Contains(TracedHosts.End));
        var tries = tree.Of("process shipping-commands").Concat(tree.Of("process shipping-commands: BookShipment")).ToList();
        tries.ShouldContain(attempt => attempt.Span.Status != null && attempt.Span.Status.Code == 2 && attempt["error.type"].Length > 0);
        tries.ShouldContain(attempt => attempt.Span.Status == null || attempt.Span.Status.Code != 2);
        tree.Messages.ShouldContain("process shipping-commands: DispatchShipment", "what follows is kept too");
        tree.Messages.ShouldNotContain("process payment-commands: AuthorizePayment", "what came before is not");
    }

    async Task Rename(string column, string to) =>
        await _traced.Hosts.Store("shipping").Write(sql => sql.Execute($"ALTER TABLE shipping_shipment RENAME COLUMN {column} TO {to}"));
}
