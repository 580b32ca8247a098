using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Gauges;

/// <summary>
/// Reads the gauges as often as they are exported. Every replica reads them, so that the gauges do not depend on one replica.
/// </summary>
sealed partial class GaugeReader(
    BrokerAddress broker, IReadOnlyCollection<string> queues, TimeSpan interval, IJournalStore store, IEnumerable<ISagaKind> kinds,
    StartUp start, TimeProvider time,
    ILogger<GaugeReader> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var meter = new Meter(Instrumentation.Name);
        var sagas = new StoreGauges(meter, store, kinds);
        await using var lines = new QueueGauges(meter, broker, queues);
        try
        {
            await start.Done.WaitAsync(stoppingToken);
            using var turns = new PeriodicTimer(interval, time);
            do
            {
                await Read(sagas.Read, sagas.Clear, "the store", stoppingToken);
                await Read(lines.Read, lines.Clear, "the broker", stoppingToken);
            }
            while (await turns.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or could not start.
        }
    }

    async Task Read(Func<CancellationToken, Task> read, Action clear, string where, CancellationToken stoppingToken)
    {
        try
        {
            await read(stoppingToken);
        }
#pragma warning disable CA1031 // The next turn tries again, and until then no old value is shown.
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            clear();
            LogNotRead(where, Redacted.Reason(e));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gauges can't be read from {Where} ({Reason}); trying again in a moment")]
    partial void LogNotRead(string where, string reason);
}
