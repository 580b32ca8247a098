using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.ServiceDefaults.Hosting;
using Orchestrator.Worker.Scheduling;
using Quartz;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>How a host compares the books of all parties.</summary>
static class ReconciliationRegistration
{
    const string Name = "reconciliation";

    /// <summary>Adds the job, which runs when <c>Reconciliation:Cron</c> says, and never when it is not set.</summary>
    /// <exception cref="SettingsException">The schedule, or where the books are, can't be understood.</exception>
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[WorkerSettings.Cron.Key] is not { Length: > 0 } cron)
            return services.AddSingleton(new ScheduledJob(Name, _ => { }, Schedule: null));
        Check(cron);
        services.AddReconciler(configuration);
        return services.AddSingleton(provider => new ScheduledJob(
            Name,
            job => job.AddSingleton(provider.GetRequiredService<Reconciler>()),
            quartz => quartz.ScheduleJob<ReconciliationJob>(
                trigger => trigger.WithIdentity(Name).WithCronSchedule(cron, schedule => schedule.InTimeZone(TimeZoneInfo.Utc)),
                job => job.WithIdentity(Name))));
    }

    /// <summary>Adds what compares the books.</summary>
    public static IServiceCollection AddReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        var ledgers = Ledgers.Connect(configuration, TimeProvider.System);
        return services.AddSingleton(_ => ledgers).AddSingleton<Reconciler>();
    }

    static void Check(string cron)
    {
        try
        {
            _ = new CronExpression(cron);
        }
        catch (FormatException)
        {
            throw new SettingsException([$"Reconciliation:Cron is '{cron}'; it is written like '0 0 3 * * ?': every night at three, in UTC (second, minute, hour, day of month, month, day of week)."]);
        }
    }
}
