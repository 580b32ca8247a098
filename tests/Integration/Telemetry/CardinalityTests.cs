using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local;
using Orchestrator.Local.Embedded;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.Tests.Integration.Embedded;
using Orchestrator.Tests.Integration.Hosts;
using Spectre.Console;

namespace Orchestrator.Tests.Integration.Telemetry;

/// <summary>The tags of metrics are names that the code knows, and never values of orders.</summary>
[NonParallelizable]
public class The_series_of_measurements
{
    readonly ConcurrentDictionary<string, byte> _series = new();

    [Test]
    public async Task Are_as_many_after_a_thousand_orders_as_after_a_hundred()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, heard) =>
            {
                if (instrument.Meter.Name == Instrumentation.Name)
                    heard.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>(Hear);
        listener.SetMeasurementEventCallback<long>(Hear);
        listener.SetMeasurementEventCallback<int>(Hear);
        listener.Start();

        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary[""]);
        await using var host = await EmbeddedOrders.Start(folder);
        await Process(host, folder.Path, [.. OrderLines.Make(99), EmbeddedRun.Line(Guid.CreateVersion7(), number: "10248")]);
        var after100 = _series.Keys.Order().ToList();
        await Process(host, folder.Path, OrderLines.Make(900));
        _series.Keys.Order().ShouldBe(after100);
        after100.Count.ShouldBeInRange(30, 200);
        after100.ShouldNotContain(
            series => series.Contains("VINET", StringComparison.Ordinal) || series.Contains("10248", StringComparison.Ordinal));
    }

    void Hear<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct =>
            _series.TryAdd($"{instrument.Name}{{{string.Join(", ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}", 0);

    static async Task Process(EmbeddedOrders host, string folder, string[] lines)
    {
        using var stock = new MemoryStream("sku,onHand\nNW-11,100000\n"u8.ToArray());
        using var orders = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var quiet = new RunProgress(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), TimeProvider.System);
        (await new OrderRun(host, new ProcessOptions("orders.jsonl", "stock.csv", folder, Json: true), quiet, TimeProvider.System)
            .Run(stock, orders, CancellationToken.None))
            .Orders.ShouldBe(lines.Length);
    }
}
