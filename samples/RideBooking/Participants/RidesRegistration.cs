using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.MassTransit;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

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

    /// <summary>Receives from the participants' queues.</summary>
    public static void RideEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        bus.Receive(context.GetRequiredService<Drivers>());
        bus.Receive(context.GetRequiredService<Fares>());
        bus.Receive(context.GetRequiredService<Passengers>());
    }

    /// <summary>Brings the participants' tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigrateRides(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<RidesSchema>(database, Party, options => new RidesSchema(options), cancellationToken);
}
