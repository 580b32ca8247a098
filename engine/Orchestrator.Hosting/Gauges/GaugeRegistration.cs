using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Hosting.Gauges;

/// <summary>Adds the gauges of sagas and queues to a host.</summary>
public static class GaugeRegistration
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Adds the gauges, if metrics are exported.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Its settings decide whether and how often metrics are exported.</param>
    /// <param name="broker">The broker with the queues.</param>
    /// <param name="redelivery">The waits of the redelivery queues.</param>
    public static IServiceCollection AddGauges(
        this IServiceCollection services, IConfiguration configuration, BrokerAddress broker, IReadOnlyList<TimeSpan> redelivery) =>
            !Signals.Of(configuration).Metrics
        ? services
        : services.AddHostedService(provider => ActivatorUtilities.CreateInstance<GaugeReader>(
            provider, broker, QueuesOf(provider, redelivery), Interval(configuration)));

    static IReadOnlyCollection<string> QueuesOf(IServiceProvider provider, IReadOnlyList<TimeSpan> redelivery) =>
    [
        .. WorkQueues.Of(provider.GetServices<ISagaKind>(), provider.GetServices<WorkSource>())
            .SelectMany(
                queue =>
                    new[] { queue, BrokerQueues.DeadLetters(queue) }.Concat(
                        redelivery.Select(delay => BrokerQueues.Redelivery(queue, delay)))),
    ];

    static TimeSpan Interval(IConfiguration configuration) =>
        int.TryParse(configuration["OTEL_METRIC_EXPORT_INTERVAL"], CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0
        && milliseconds < Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : Longest;
}
