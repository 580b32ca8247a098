using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Repository;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.ServiceDefaults.Hosting;
using Orchestrator.Storage;
using Orchestrator.Worker.Scheduling;
using Quartz;

namespace Orchestrator.Worker.Deadlines;

/// <summary>How a host keeps the deadlines of its sagas.</summary>
public static class DeadlineRegistration
{
    // A replica that was killed as it swept is missed after two of these, and another one takes over.
    static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(2);

    /// <summary>On servers: the replicas of the worker take turns, by a schedule in the worker's database.</summary>
    public static IServiceCollection AddDeadlines(this IServiceCollection services, BrokerAddress broker)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OutcomesBacklog>(provider, broker));
        return services.AddDeadlines(
            provider => provider.GetRequiredService<OutcomesBacklog>().IsLarge,
            provider => provider.GetRequiredService<StartUp>().Done,
            provider => quartz => UseServers(quartz, ((PostgresDatabase)provider.StoreOf(WorkerRegistration.Party)).Source));
    }

    /// <summary>In one process: the schedule lives in memory.</summary>
    public static IServiceCollection AddDeadlinesInProcess(this IServiceCollection services) =>
        services.AddDeadlines(_ => _ => Task.FromResult(false), _ => Task.CompletedTask, _ => quartz => quartz.UseInMemoryStore());

    static void UseServers(IQuartzBuilder quartz, NpgsqlDataSource postgres)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = "deadlines";
            scheduler.GenerateInstanceId = true;
        });
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.DataSourceFactory = _ => postgres);
            store.UseSystemTextJsonSerializer();
            // A thread of Quartz that still waits for a database which is away would keep a host that has stopped from ending.
            store.ConfigureStore(options => options.UseBackgroundThreads = true);
            store.UseClustering(cluster =>
            {
                cluster.CheckinInterval = CheckIn;
                cluster.CheckinMisfireThreshold = CheckIn;
            });
            store.ProvisionSchema();
        });
    }

    static IServiceCollection AddDeadlines(
        this IServiceCollection services, Func<IServiceProvider, Func<CancellationToken, Task<bool>>> isLagging, Func<IServiceProvider, Task> ready,
        Func<IServiceProvider, Action<IQuartzBuilder>> store)
    {
        services.AddSingleton<DeadlineStore>();
        services.AddSingleton<DeadlineSender>();
        services.AddSingleton(provider => new DeadlineSweep(
            provider.GetRequiredService<DeadlineStore>(), provider.GetRequiredService<HoldStore>(), provider.GetServices<ISagaKind>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<DeadlineSender>().Send, isLagging(provider)));
        services.AddSingleton(provider => new ScheduledJob(
            "deadlines", job => job.AddSingleton(provider.GetRequiredService<DeadlineSweep>()), Schedule));
        return services.AddHostedService(provider =>
            ActivatorUtilities.CreateInstance<JobScheduler>(provider, store(provider), ready(provider)));
    }
    static void Schedule(IQuartzBuilder quartz) => quartz.ScheduleJob<DeadlineJob>(
        trigger => trigger
            .WithIdentity("turns")
            .StartNow()
            .WithSimpleSchedule(schedule => schedule.WithInterval(DeadlineJob.Turn).RepeatForever()
                .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithExistingCount)),
        job => job.WithIdentity("deadlines"));
}
