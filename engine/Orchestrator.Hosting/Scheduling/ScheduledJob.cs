using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Orchestrator.Hosting.Scheduling;

/// <summary>A job that the replicas of the worker take turns with.</summary>
/// <param name="Name">Its name in the schedule.</param>
/// <param name="Services">Adds what it needs.</param>
/// <param name="Schedule">Says when it runs; absent when it shall not, though it may have been scheduled before.</param>
public sealed record ScheduledJob(string Name, Action<IServiceCollection> Services, Action<IQuartzBuilder>? Schedule);
