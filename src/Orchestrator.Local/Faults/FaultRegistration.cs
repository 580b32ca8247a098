using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Local.Faults;

/// <summary>How a host has its participants misbehave.</summary>
public static class FaultRegistration
{
    /// <summary>Adds what misbehaviour needs.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="faults">What is asked for; nothing is added when that is nothing.</param>
    public static IServiceCollection AddFaults(this IServiceCollection services, FaultSpec? faults) => faults is null ? services : services
        .AddSingleton(faults)
        .AddSingleton<FaultDecisions>()
        .AddSingleton<FaultCounts>()
        .AddSingleton<StepLimits>()
        .AddSingleton<HeldBack>();

    /// <summary>Puts the faults that were added, if any, before the participants' handlers, on any transport; before endpoints are configured.</summary>
    public static void UseFaults(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        if (context.GetService<FaultSpec>() is not null)
            bus.UseConsumeFilter(typeof(FaultFilter<>), context, filter => filter.Include(Participants.IsCommand));
    }

    /// <summary>Whether no message is held back in this process.</summary>
    public static bool IsNothingHeldBack(this IServiceProvider provider) => provider.GetService<HeldBack>() is null or { IsEmpty: true };
}
