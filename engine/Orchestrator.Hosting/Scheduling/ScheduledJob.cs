using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Orchestrator.Hosting.Scheduling;

/// <summary>A scheduled job. One replica of the worker runs it at a time.</summary>
/// <param name="Name">Its name in the schedule.</param>
/// <param name="Services">Adds the services that it needs.</param>
/// <param name="Schedule">Sets the times when it runs. Null when it must not run; an earlier schedule of it is then deleted.</param>
public sealed record ScheduledJob(string Name, Action<IServiceCollection> Services, Action<IQuartzBuilder>? Schedule);
