using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orchestrator.Journal;
using Orchestrator.Storage;
using Quartz;

namespace Orchestrator.Hosting.Scheduling;

/// <summary>Adds the schedule that the replicas of the worker share.</summary>
public static class SchedulingRegistration
{
    // The name differs from that of older versions ("deadlines"). Replicas of both versions share the tables, and must not run each other's
    // jobs.
    const string Name = "scheduled-jobs";

    /// <summary>Adds the schedule, which is kept in the worker's database.</summary>
    public static IServiceCollection AddSchedule(this IServiceCollection services) => services.AddHostedService(provider =>
        ActivatorUtilities.CreateInstance<JobScheduler>(
            provider,
            (Action<IQuartzBuilder>)(quartz => UseServers(quartz, ((PostgresDatabase)provider.StoreOf(SagaJournal.Party)).Source)),
            provider.GetRequiredService<StartUp>().Done));

    static void UseServers(IQuartzBuilder quartz, NpgsqlDataSource postgres)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = Name;
            scheduler.GenerateInstanceId = true;
        });
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.DataSourceFactory = _ => postgres);
            store.UseSystemTextJsonSerializer();
            // A foreground thread of Quartz that waits for an unreachable database would keep a stopped host from ending.
            store.ConfigureStore(options => options.UseBackgroundThreads = true);
            store.UseClustering();
            store.ProvisionSchema();
        });
    }
}
