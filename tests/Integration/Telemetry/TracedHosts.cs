using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Tests.Integration.Hosts;
using Orchestrator.Tests.Otlp;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>Real hosts that export to a receiver in this process, at short intervals.</summary>
sealed class TracedHosts(RealHosts hosts, OtlpReceiver receiver) : IAsyncDisposable
{
    public const long Units = 100_000;

    /// <summary>The last event of a fulfilled order.</summary>
    public const string End = "process inventory-events: OrderFulfilled";

    static readonly string[] Programs = [RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping];

    public RealHosts Hosts => hosts;

    public OtlpReceiver Receiver => receiver;

    /// <summary>Starts one host of each.</summary>
    /// <param name="settings">Settings in addition to the address of the receiver.</param>
    public static async Task<TracedHosts> Start(params (string Name, string Value)[] settings)
    {
        var receiver = await OtlpReceiver.Start();
        return await Start(receiver, receiver.Address, settings);
    }

    /// <summary>Starts one host of each, which export over gRPC.</summary>
    public static async Task<TracedHosts> StartOverGrpc(params (string Name, string Value)[] settings)
    {
        var receiver = await OtlpReceiver.Start();
        return await Start(receiver, receiver.GrpcAddress, [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), .. settings]);
    }

    static async Task<TracedHosts> Start(OtlpReceiver receiver, string address, (string Name, string Value)[] settings)
    {
        var hosts = await RealHosts.On();
        var traced = new TracedHosts(hosts, receiver);
        // An operator who searches for an error may set this. Then the messages of the database quote rows.
        hosts.MoreOfConnections = ";Include Error Detail=true";
        foreach (var (name, value) in new[]
                 {
                     ("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                     ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
                 }.Concat(settings))
        {
            hosts.Settings[name] = value;
        }

        await hosts.Start(Programs);
        await hosts.Stock(("NW-11", Units));
        return traced;
    }

    /// <summary>The trace that the journal of an order names, once it is complete.</summary>
    /// <param name="order">The order.</param>
    /// <param name="whole">True when the trace is complete.</param>
    public async Task<TraceTree> Trace(Guid order, Func<TraceTree, bool> whole)
    {
        var tree = new TraceTree([]);
        await Journalled(order, "seq = 1");
        await Eventually.Is(
            async () =>
            {
                var trace = await TraceId(order);
                tree = new TraceTree(receiver.Spans.Where(span => span.Trace == trace));
                // When a trace is kept from its middle on, the attempts at one message are roots: the span that sent it is missing.
                return tree.Roots.DistinctBy(root => root.Parent).Count() == 1 && whole(tree);
            },
            TimeSpan.FromMinutes(2), () => Task.FromResult($"the trace is not whole:{Environment.NewLine}{tree}"));
        return tree;
    }

    /// <summary>The one trace that all rows of an order's journal name.</summary>
    public async Task<string> TraceId(Guid order) => (await hosts.Store("orchestrator").Read(sql => sql.Query(
        "SELECT DISTINCT coalesce(trace_id, 'none') FROM journal WHERE saga_id = @order", row => row.GetString(0), ("order", order))))
        .ShouldHaveSingleItem();

    /// <summary>Waits for a row of the journal.</summary>
    public Task Journalled(Guid order, string condition, int times = 1) => Eventually.Is(
        async () => await hosts.Count("orchestrator", $"SELECT count(*) FROM journal WHERE saga_id = '{order}' AND {condition}") >= times,
        $"nothing in the journal of {order} with {condition}");

    public async Task Cancel(Guid order)
    {
        var endpoint = await (await hosts.Bus()).GetSendEndpoint(new Uri($"exchange:{OrderQueues.Commands}"));
        await endpoint.Send(new CancelOrder(order, "VINET", "changed my mind"));
    }

    public async Task Publish(ISagaMessage message) => await (await hosts.Bus()).Publish(message, message.GetType());

    public async ValueTask DisposeAsync()
    {
        await hosts.DisposeAsync();
        await receiver.DisposeAsync();
    }
}
