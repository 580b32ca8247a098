using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.MassTransit;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

/// <summary>Adds the simulated participants of rides to a host.</summary>
public static class RidesRegistration
{
    /// <summary>The name of the party. It names the migrations.</summary>
    public const string Party = "rides";

    /// <summary>Adds the acts of the participants, on a database that <see cref="MigrateRides"/> has prepared.</summary>
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
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static Task MigrateRides(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<RidesSchema>(database, Party, options => new RidesSchema(options), cancellationToken);
}
