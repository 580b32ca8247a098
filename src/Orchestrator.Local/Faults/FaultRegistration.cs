using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Local.Faults;

/// <summary>Adds faults to the participants of a host.</summary>
public static class FaultRegistration
{
    /// <summary>Adds the services that make faults.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="faults">The faults to make; with null this adds nothing.</param>
    public static IServiceCollection AddFaults(this IServiceCollection services, FaultSpec? faults) => faults is null ? services : services
        .AddSingleton(faults)
        .AddSingleton<FaultDecisions>()
        .AddSingleton<FaultCounts>()
        .AddSingleton<StepLimits>()
        .AddSingleton<DelayedMessages>();

    /// <summary>
    /// Puts the faults that were added before the handlers of the participants, on any transport. Call it before the endpoints are
    /// configured. Without faults it does nothing.
    /// </summary>
    public static void UseFaults(this IBusFactoryConfigurator bus, IServiceProvider provider)
    {
        if (provider.GetService<FaultSpec>() is not null)
            bus.ConnectHandlerConfigurationObserver(new FaultObserver(provider));
    }

    /// <summary>True when no message is held back in this process.</summary>
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
