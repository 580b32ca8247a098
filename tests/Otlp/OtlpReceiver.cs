using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.Tests.Otlp;

/// <summary>Receives what hosts export by OTLP, over HTTP and gRPC. It can keep the data.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<ExportedTraces> _traces = new();
    readonly ConcurrentQueue<ExportedMetrics> _metrics = new();
    readonly ConcurrentQueue<ExportedLogs> _logs = new();
    readonly ConcurrentQueue<byte[]> _bodies = new();
    long _bytes;

    OtlpReceiver(WebApplication app, bool keeps)
    {
        _app = app;
        Take("traces", "trace.v1.TraceService", ExportedTraces.Parser, _traces, keeps);
        Take("metrics", "metrics.v1.MetricsService", ExportedMetrics.Parser, _metrics, keeps);
        Take("logs", "logs.v1.LogsService", ExportedLogs.Parser, _logs, keeps);
        _app.Map("/metrics", scraped => scraped.Run(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4";
            return context.Response.WriteAsync(Exposition.Write(Metrics));
        }));
    }

    /// <summary>The address for HTTP.</summary>
    public string Address => _app.Urls.First();

    /// <summary>The address for gRPC.</summary>
    public string GrpcAddress => _app.Urls.Last();

    /// <summary>The number of bytes that have come.</summary>
    public long Bytes => _bytes;

    /// <summary>Every span that has come.</summary>
    public IReadOnlyList<ExportedSpan> Spans =>
    [
        .. from exported in _traces
           from resource in exported.ResourceSpans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select new ExportedSpan(Attribute(resource.Resource.Attributes, "service.name"), span),
    ];

    /// <summary>
    /// The last metrics of each instance of a service. They can be scraped at <c>/metrics</c> too, as from a collector.
    /// </summary>
    public IReadOnlyList<(string Service, string Instance, Metric Metric)> Metrics =>
    [
        .. (from exported in _metrics
            from resource in exported.ResourceMetrics
            from scope in resource.ScopeMetrics
            from metric in scope.Metrics
            select (Service: Attribute(resource.Resource.Attributes, "service.name"),
                Instance: Attribute(resource.Resource.Attributes, "service.instance.id"), Metric: metric))
        .GroupBy(one => (one.Service, one.Instance, one.Metric.Name)).Select(group => group.Last()),
    ];

    /// <summary>Every log line that has come.</summary>
    public IReadOnlyList<(string Service, LogRecord Line)> Logs =>
    [
        .. from exported in _logs
           from resource in exported.ResourceLogs
           from scope in resource.ScopeLogs
           from line in scope.LogRecords
           select (Attribute(resource.Resource.Attributes, "service.name"), line),
    ];

    /// <summary>True when a text occurs anywhere in the received data.</summary>
    public bool Holds(string text)
    {
        var sought = Encoding.UTF8.GetBytes(text);
        return _bodies.Any(body => body.AsSpan().IndexOf(sought) >= 0);
    }

    /// <summary>Starts a receiver on free ports, or on the given port.</summary>
    /// <param name="keeps">True to keep the data, false to count it only.</param>
    /// <param name="port">The port for HTTP.</param>
    public static async Task<OtlpReceiver> Start(bool keeps = true, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var receiver = new OtlpReceiver(builder.Build(), keeps);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The value of an attribute, as text; empty when it is missing.</summary>
    public static string Attribute(IEnumerable<KeyValue> attributes, string key) =>
        attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value switch
        {
            null => "",
            { ValueCase: AnyValue.ValueOneofCase.Text } value => value.Text,
            { ValueCase: AnyValue.ValueOneofCase.Number } value => value.Number.ToString(CultureInfo.InvariantCulture),
            var value => value.ToString(),
        };

    void Take<T>(string signal, string service, MessageParser<T> parser, ConcurrentQueue<T> kept, bool keeps)
        where T : IMessage<T>
    {
        void Take(byte[] body)
        {
            Interlocked.Add(ref _bytes, body.Length);
            if (!keeps)
                return;
            _bodies.Enqueue(body);
            kept.Enqueue(parser.ParseFrom(body));
        }

        _app.Use(async (context, next) =>
        {
            if (context.Request.Path == $"/v1/{signal}")
            {
                Take(await Body(context.Request));
                context.Response.ContentType = "application/x-protobuf";
            }
            else if (context.Request.Path == $"/opentelemetry.proto.collector.{service}/Export")
            {
                var frame = await Body(context.Request);
                Take(frame.AsSpan(5, (int)BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1))).ToArray());
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5]); // An empty message.
                context.Response.AppendTrailer("grpc-status", "0");
            }
            else
            {
                await next();
            }
        });
    }

    static async Task<byte[]> Body(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
