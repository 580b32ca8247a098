using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>What a process needs to be one party, or several, on real servers.</summary>
public static class PartyServices
{
    // Handlers that wait for a server which is away are told to let go before the drain's time is over.
    static readonly TimeSpan HandlersStop = TimeSpan.FromSeconds(15);

    /// <summary>Adds the party's database, under the party's name as its key.</summary>
    public static IServiceCollection AddPartyStore(this IServiceCollection services, string party, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddKeyedSingleton<Database>(party, (provider, _) => PostgresDatabase.Connect(
            connectionString, party, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PostgresDatabase>>()));
    }

    /// <summary>The party's database.</summary>
    public static Database StoreOf(this IServiceProvider provider, string party) => provider.GetRequiredKeyedService<Database>(party);

    /// <summary>Adds what brings a party's tables to this version at the start.</summary>
    public static IServiceCollection AddMigration(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> run) =>
        services.AddSingleton(new Migration(run));

    /// <summary>Adds the bus, which <see cref="StartUp"/> starts when everything else stands.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">Where the broker is.</param>
    /// <param name="conventions">What all hosts agree on.</param>
    /// <param name="register">Adds handlers and sagas.</param>
    /// <param name="receive">Receives from queues.</param>
    public static IServiceCollection AddPartyBus(
        this IServiceCollection services, BrokerAddress address, BrokerConventions conventions,
        Action<IBusRegistrationConfigurator> register, Action<IRabbitMqBusFactoryConfigurator, IRegistrationContext> receive)
    {
        services.AddSingleton(address);
        services.AddSingleton(conventions);
        services.AddSingleton<ConsumedQueues>();
        services.AddSingleton<EndpointSupervisor>();
        services.TryAddSingleton<Destinations>();
        services.AddSingleton<StartUp>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // Its health check may speak of an endpoint that has been replaced; ours knows each channel.
            bus.ConfigureHealthCheckOptions(check => check.Tags.Add("masstransit"));
            register(bus);
            bus.AddOptions<MassTransitHostOptions>().Configure(host => host.ConsumerStopTimeout = HandlersStop);
            bus.UsingRabbitMq((context, transport) =>
            {
                address.ApplyTo(transport, conventions.Source);
                conventions.ApplyTo(transport, context);
                receive(transport, context);
            });
        });
        return services.RemoveMassTransitHostedService();
    }
}
