using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Endpoints;

namespace Orchestrator.Hosting.Deadlines;

/// <summary>Adds the sweep of deadlines to a host.</summary>
public static class DeadlineRegistration
{
    /// <summary>On servers: every replica of the worker sweeps.</summary>
    public static IServiceCollection AddDeadlines(this IServiceCollection services, BrokerAddress broker) => services
        .AddSingleton(_ => new WaitingMessages(broker))
        .AddDeadlines(
            provider => provider.GetRequiredService<WaitingMessages>().Of, provider => provider.GetRequiredService<StartUp>().Done);

    /// <summary>In one process: there is no broker to ask for the number of waiting messages.</summary>
    public static IServiceCollection AddDeadlinesInProcess(this IServiceCollection services) =>
        services.AddDeadlines(_ => (_, _) => Task.FromResult(default(Backlog)), _ => Task.CompletedTask);

    static IServiceCollection AddDeadlines(
        this IServiceCollection services, Func<IServiceProvider, Func<ISagaKind, CancellationToken, Task<Backlog>>> backlog,
        Func<IServiceProvider, Task> ready) => services
        .AddSingleton<DeadlineStore>()
        .AddSingleton<DeadlineSender>()
        .AddHostedService(provider => new DeadlineSweeper(
            [.. provider.GetServices<ISagaKind>().Select(kind => Sweep(provider, kind, backlog(provider)))], ready(provider),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DeadlineSweeper>>()));

    static DeadlineSweep Sweep(IServiceProvider provider, ISagaKind kind, Func<ISagaKind, CancellationToken, Task<Backlog>> backlog) => new(
        provider.GetRequiredService<DeadlineStore>(), new HoldStore(provider.GetRequiredService<IJournalStore>(), [kind]), kind,
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<DeadlineSender>().Tell, cancellationToken =>
            backlog(kind, cancellationToken),
        new BreakerWatch(provider.GetRequiredService<StepBreaker>(), kind, provider.GetRequiredService<TimeProvider>()));
}
