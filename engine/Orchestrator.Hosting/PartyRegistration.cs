using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orchestrator.Hosting.Deadlines;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Hosting.Gauges;
using Orchestrator.Hosting.Scheduling;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Adds parties to a host. Every host uses it, with one party or all parties, on servers or in one process.</summary>
public static class PartyRegistration
{
    // Handlers that wait for an unreachable server are cancelled after this time, before the time of the drain is over.
    static readonly TimeSpan HandlersStop = TimeSpan.FromSeconds(15);

    // In one process: how many messages are handled at once, and the name under which clean stops are recorded.
    const int AtOnce = 256;
    const string RecoveryName = "local";

    /// <summary>Adds parties that run on RabbitMQ and PostgreSQL. <see cref="StartUp"/> starts them.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="settings">Where the servers are.</param>
    /// <param name="parties">The parties. All their messages name the party of the sagas as their sender, or the first party when there is
    /// none.</param>
    /// <exception cref="SettingsException">A party can't run as it is configured.</exception>
    public static IServiceCollection AddPartiesOnServers(
        this IServiceCollection services, IConfiguration configuration, HostSettings settings, params IReadOnlyList<Party> parties)
    {
        foreach (var party in parties)
        {
            foreach (var store in party.Stores)
                services.AddPartyStore(
                    store, (store == party.Name ? null : configuration.PostgresOf(Connections.NameOf(store))) ?? settings.Postgres);
        }

        services.AddServicesOf(parties, configuration, store => provider => provider.StoreOf(store));
        if (parties.OfType<SagaParty>().Any())
        {
            services.AddDeadLetterDrain(settings.RabbitMq).AddDeadlines(settings.RabbitMq).AddSchedule()
                .AddGauges(configuration, settings.RabbitMq, settings.Broker.Redelivery);
        }

        return services.AddPartyBus(
            settings.RabbitMq,
            new BrokerConventions
            {
                Source = SenderOf(parties),
                Options = settings.Broker,
                SendsTo = SagaRegistration.SendsTo,
                IsForAnotherReplica = SagaRegistration.IsForAnotherReplica,
            },
            bus => bus.AddHandlersOf(parties, configuration),
            (transport, context) => transport.ReceiveFor(parties, context));
    }

    /// <summary>
    /// Adds parties that run in one process, on SQLite and a transport in memory. All parties share one database, except for the stores
    /// that a party adds.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="folder">The folder of the databases.</param>
    /// <param name="parties">The parties.</param>
    /// <exception cref="SettingsException">A party can't run as it is configured.</exception>
    public static IServiceCollection AddPartiesInProcess(
        this IServiceCollection services, IConfiguration configuration, DataFolder folder, params IReadOnlyList<Party> parties)
    {
        var own = parties.Select(party => party.Name).ToHashSet();
        services.AddKeyedSingleton<Database>(EmbeddedHost.Store, (provider, _) => Sqlite(provider, folder.Database));
        foreach (var store in parties.SelectMany(party => party.Stores).Except(own))
            services.AddKeyedSingleton<Database>(store, (provider, _) => Sqlite(provider, folder.DatabaseOf(store)));
        services.AddSingleton(provider => new Recovery(provider.GetRequiredService<IJournalStore>(), RecoveryName));
        services.AddSingleton<UnhandledMessages>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddHandlersOf(parties, configuration);
            bus.AddOptions<MassTransitHostOptions>().Configure(host => host.WaitUntilStarted = true);
            bus.UsingInMemory((context, transport) =>
            {
                transport.PrefetchCount = AtOnce;
                transport.ConcurrentMessageLimit = AtOnce;
                transport.UseMessageMetadata(SenderOf(parties));
                transport.UseWireSerialization();
                transport.UseFilter(new HandledMessages(context.GetRequiredService<TimeProvider>()));
                transport.UseMessageRetry(retry => retry.SetRetryPolicy(_ => new RetryPolicy()));
                transport.ConnectReceiveObserver(context.GetRequiredService<UnhandledMessages>());
                var received = new ReceivedQueues();
                transport.ConnectEndpointConfigurationObserver(received);
                transport.ReceiveFor(parties, context);
                received.Check(context.GetServices<ISagaKind>());
            });
        });
        // The services are added after the bus, because a party's background service may publish as soon as it starts.
        services.AddServicesOf(
            parties, configuration, store => provider =>
                provider.GetRequiredKeyedService<Database>(own.Contains(store) ? EmbeddedHost.Store : store));
        return services.AddDeadlinesInProcess();

        static SqliteDatabase Sqlite(IServiceProvider provider, string path) =>
            new(path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteDatabase>>());
    }

    /// <summary>Adds a party's database on a server. Its key is the party's name.</summary>
    public static IServiceCollection AddPartyStore(this IServiceCollection services, string party, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddKeyedSingleton<Database>(party, (provider, _) => PostgresDatabase.Connect(
            connectionString, party, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgresDatabase>>()));
    }

    /// <summary>The party's database on a server.</summary>
    public static Database StoreOf(this IServiceProvider provider, string party) => provider.GetRequiredKeyedService<Database>(party);

    /// <summary>Adds a migration that runs at the start.</summary>
    public static IServiceCollection AddMigration(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> run) =>
        services.AddSingleton(new Migration(run));

    /// <summary>Adds a bus on RabbitMQ. <see cref="StartUp"/> starts it after everything else.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">The address of the broker.</param>
    /// <param name="conventions">The conventions that all hosts follow.</param>
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
            // MassTransit's health check may report an endpoint that has been replaced. ConsumersHealth knows each channel.
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

    static string SenderOf(IReadOnlyList<Party> parties) => (parties.FirstOrDefault(party => party is SagaParty) ?? parties[0]).Name;

    static void AddServicesOf(
        this IServiceCollection services, IReadOnlyList<Party> parties, IConfiguration configuration, Func<string, Func<IServiceProvider,
        Database>> storeOf)
    {
        services.TryAddSingleton(TimeProvider.System);
        foreach (var party in parties)
            party.AddTo(new PartyServices(services, configuration, storeOf(party.Name), storeOf));
    }

    static void AddHandlersOf(this IBusRegistrationConfigurator bus, IReadOnlyList<Party> parties, IConfiguration configuration)
    {
        foreach (var party in parties)
            party.AddTo(bus, configuration);
    }

    static void ReceiveFor(this IBusFactoryConfigurator bus, IReadOnlyList<Party> parties, IRegistrationContext context)
    {
        foreach (var party in parties)
            party.Receive(bus, context);
    }
}
