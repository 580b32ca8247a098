using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Hosting.Scheduling;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Quartz;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>How a host of sagas compares books.</summary>
public static class ReconciliationRegistration
{
    const string Name = "reconciliation";

    /// <summary>
    /// Compares the books of all parties: when somebody runs the command <c>reconcile</c>, and when <c>Reconciliation:Cron</c> says.
    /// </summary>
    /// <remarks>For <see cref="SagaHost"/>: it reads PostgreSQL, and an embedded host has none.</remarks>
    /// <param name="host">The host of the sagas.</param>
    /// <param name="reconciliations">For each kind of saga: the participants' books, and what must agree between them.</param>
    public static void UseReconciliation(this SagaParty host, params IReadOnlyList<ISagaReconciliation> reconciliations)
    {
        if (reconciliations.Count == 0)
            throw new ArgumentException("There is no reconciliation; name one for each kind of saga to compare", nameof(reconciliations));
        host.AddSettings(ReconciliationSettings.Of(reconciliations));
        host.AddCommand(new ReconcileCommand(host, reconciliations).Create());
        host.AddServices(party => party.Services.AddReconciliation(party.Configuration, reconciliations, host.Kinds()));
    }

    /// <summary>Adds the job, which runs when <c>Reconciliation:Cron</c> says, in one of the replicas that have the setting.</summary>
    /// <exception cref="SettingsException">The schedule, or where the books are, can't be understood.</exception>
    static void AddReconciliation(
        this IServiceCollection services, IConfiguration configuration, IReadOnlyList<ISagaReconciliation> reconciliations,
        IReadOnlyList<ISagaKind> kinds)
    {
        var cron = configuration[ReconciliationSettings.Cron.Key] is { Length: > 0 } set ? set : null;
        if (cron is not null)
            Check(cron);
        services.AddReconciler(configuration, reconciliations, kinds).AddHostedService<ReconciliationSeries>();
        // Also without a schedule: a replica that has other jobs may get this job's turn, and Quartz gives up a job that it does not know.
        services.AddSingleton(provider => new ScheduledJob(
            Name,
            job => job.AddSingleton(provider.GetRequiredService<Reconciler>()),
            cron is null ? null : quartz => quartz.ScheduleJob<ReconciliationJob>(
                trigger => trigger.WithIdentity(Name).WithCronSchedule(cron, schedule => schedule.InTimeZone(TimeZoneInfo.Utc)),
                job => job.WithIdentity(Name))));
    }

    /// <summary>Adds what compares the books.</summary>
    internal static IServiceCollection AddReconciler(
        this IServiceCollection services, IConfiguration configuration, IReadOnlyList<ISagaReconciliation> reconciliations,
        IReadOnlyList<ISagaKind> kinds)
    {
        List<Ledgers> all = [.. reconciliations.Select(one => Ledgers.Connect(configuration, one, kinds, TimeProvider.System))];
        foreach (var ledgers in all)
            services.AddSingleton(_ => ledgers);
        return services.AddSingleton(_ => new Acknowledgements(all[0].Sagas)).AddSingleton<Reconciler>();
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
