using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Rides;
using Orchestrator.Services.Rides.Handlers;
using Orchestrator.Storage;

namespace Orchestrator.Services.Rides;

/// <summary>How a host takes the simulated participants of rides in.</summary>
public static class RidesRegistration
{
    /// <summary>The party: names its migrations.</summary>
    public const string Party = "rides";

    /// <summary>Adds what the participants do, on a database that <see cref="MigrateRides"/> has prepared.</summary>
    public static IServiceCollection AddRides(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services
            .AddSingleton(provider => new Drivers(database(provider)))
            .AddSingleton(provider => new Fares(database(provider)))
            .AddSingleton(provider => new Passengers(database(provider)));

    /// <summary>Adds the handlers of the participants' messages.</summary>
    public static void AddRideHandlers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AssignDriverHandler>();
        bus.AddConsumer<ReleaseDriverHandler>();
        bus.AddConsumer<StartRideHandler>();
        bus.AddConsumer<AbortRideHandler>();
        bus.AddConsumer<RideEndedHandler>();
        bus.AddConsumer<AuthorizeFareHandler>();
        bus.AddConsumer<VoidFareHandler>();
        bus.AddConsumer<CaptureFareHandler>();
        bus.AddConsumer<NotifyPassengerHandler>();
    }

    /// <summary>Receives from the participants' queues.</summary>
    public static void RideEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        IReceiveEndpointConfigurator events = null!;
        bus.ReceiveEndpoint(RideQueues.DriverEvents, endpoint =>
        {
            events = endpoint;
            endpoint.ConfigureConsumer<RideEndedHandler>(context);
        });
        Commands(bus, RideQueues.Drivers, endpoint =>
        {
            // Whoever drives will hear that the ride has ended: the subscription stands before the first assignment.
            endpoint.AddDependency(events);
            endpoint.ConfigureConsumer<AssignDriverHandler>(context);
            endpoint.ConfigureConsumer<ReleaseDriverHandler>(context);
            endpoint.ConfigureConsumer<StartRideHandler>(context);
            endpoint.ConfigureConsumer<AbortRideHandler>(context);
        });
        Commands(bus, RideQueues.Fares, endpoint =>
        {
            endpoint.ConfigureConsumer<AuthorizeFareHandler>(context);
            endpoint.ConfigureConsumer<VoidFareHandler>(context);
            endpoint.ConfigureConsumer<CaptureFareHandler>(context);
        });
        Commands(bus, RideQueues.Passengers, endpoint => endpoint.ConfigureConsumer<NotifyPassengerHandler>(context));
    }

    /// <summary>Brings the participants' tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigrateRides(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<RidesSchema>(database, Party, options => new RidesSchema(options), cancellationToken);

    static void Commands(IBusFactoryConfigurator bus, string queue, Action<IReceiveEndpointConfigurator> configure) =>
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            // Commands are sent straight to these queues: nobody publishes them, so there is nothing to subscribe to.
            endpoint.ConfigureConsumeTopology = false;
            configure(endpoint);
        });
}
