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
        .AddSingleton<DelayedMessages>();

    /// <summary>
    /// Puts the faults that were added, if any, before the participants' handlers, on any transport; before endpoints are configured.
    /// </summary>
    public static void UseFaults(this IBusFactoryConfigurator bus, IServiceProvider provider)
    {
        if (provider.GetService<FaultSpec>() is not null)
            bus.ConnectHandlerConfigurationObserver(new FaultObserver(provider));
    }

    /// <summary>Whether no message is held back in this process.</summary>
    public static bool IsNothingDelayed(this IServiceProvider provider) =>
        provider.GetService<DelayedMessages>() is null or { IsEmpty: true };

    sealed class FaultObserver(IServiceProvider provider) : IHandlerConfigurationObserver
    {
        public void HandlerConfigured<TMessage>(IHandlerConfigurator<TMessage> configurator)
            where TMessage : class
        {
            if (Participants.IsCommand(typeof(TMessage)))
                configurator.UseFilter(
                    (IFilter<ConsumeContext<TMessage>>)ActivatorUtilities.CreateInstance(
                        provider, typeof(FaultFilter<>).MakeGenericType(typeof(TMessage))));
        }
    }
}
