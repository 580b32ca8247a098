using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Scheduling;
using Orchestrator.Hosting.Settings;
using Quartz;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>How a host compares the books of all parties.</summary>
public static class ReconciliationRegistration
{
    const string Name = "reconciliation";

    /// <summary>Compares the books of all parties: by the command <c>reconcile</c>, and when <c>Reconciliation:Cron</c> says.</summary>
    public static void UseReconciliation(this SagaParty host)
    {
        host.AddSettings(WorkerSettings.Reconciliation);
        host.AddCommand(new ReconcileCommand(host).Create());
        host.AddServices(party => party.Services.AddReconciliation(party.Configuration));
    }

    /// <summary>Adds the job, which runs when <c>Reconciliation:Cron</c> says, in one of the replicas that have the setting.</summary>
    /// <exception cref="SettingsException">The schedule, or where the books are, can't be understood.</exception>
    static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        var cron = configuration[WorkerSettings.Cron.Key] is { Length: > 0 } set ? set : null;
        if (cron is not null)
            Check(cron);
        services.AddReconciler(configuration).AddHostedService<ReconciliationSeries>();
        // Also without a schedule: a replica that has other jobs may get this one's turn, and Quartz gives up a job that it does not know.
        return services.AddSingleton(provider => new ScheduledJob(
            Name,
            job => job.AddSingleton(provider.GetRequiredService<Reconciler>()),
            cron is null ? null : quartz => quartz.ScheduleJob<ReconciliationJob>(
                trigger => trigger.WithIdentity(Name).WithCronSchedule(cron, schedule => schedule.InTimeZone(TimeZoneInfo.Utc)),
                job => job.WithIdentity(Name))));
    }

    /// <summary>Adds what compares the books.</summary>
    internal static IServiceCollection AddReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        var ledgers = Ledgers.Connect(configuration, TimeProvider.System);
        return services.AddSingleton(_ => ledgers).AddSingleton(_ => new Acknowledgements(ledgers.Orchestrator)).AddSingleton<Reconciler>();
    }

    static void Check(string cron)
    {
        try
        {
            _ = new CronExpression(cron);
        }
        catch (FormatException)
        {
            throw new SettingsException(
                [$"Reconciliation:Cron is '{cron}'; it is written like '0 0 3 * * ?': every night at three, in UTC (second, minute, hour, "
                    + $"day of month, month, day of week)."]);
        }
    }
}
