using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Services.Shipping.Handlers;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>How a host takes the shipping service in.</summary>
public static class ShippingRegistration
{
    /// <summary>The party: names its schema, its role and its migrations.</summary>
    public const string Party = "shipping";

    /// <summary>Adds the service's acts, on a database that <see cref="MigrateShipping"/> has prepared.</summary>
    public static IServiceCollection AddShipping(this IServiceCollection services, Func<IServiceProvider, Database> database)
    {
        services.AddOptions<ShippingOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.Bind("Shipping", options));
        return services.AddSingleton(provider => new Shipments(
            database(provider), provider.GetRequiredService<IOptions<ShippingOptions>>().Value));
    }

    /// <summary>Adds the handlers of the service's messages.</summary>
    public static void AddShippingHandlers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<BookShipmentHandler>();
        bus.AddConsumer<CancelShipmentHandler>();
        bus.AddConsumer<DispatchShipmentHandler>();
    }

    /// <summary>Receives from the service's queue.</summary>
    public static void ShippingEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.ReceiveEndpoint(ShippingQueues.Commands, endpoint =>
        {
            // Commands are sent straight to this queue: nobody publishes them, so there is nothing to subscribe to.
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<BookShipmentHandler>(context);
            endpoint.ConfigureConsumer<CancelShipmentHandler>(context);
            endpoint.ConfigureConsumer<DispatchShipmentHandler>(context);
        });

    /// <summary>Brings the service's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigrateShipping(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<ShippingSchema>(database, Party, options => new ShippingSchema(options), cancellationToken);
}
