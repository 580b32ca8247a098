using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Services.Inventory.Handlers;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>How a host takes the inventory service in.</summary>
public static class InventoryRegistration
{
    /// <summary>The party: names its schema, its role and its migrations.</summary>
    public const string Party = "inventory";

    /// <summary>Adds the service's acts, on a database that <see cref="MigrateInventory"/> has prepared.</summary>
    public static IServiceCollection AddInventory(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services
            .AddSingleton(provider => new Stock(database(provider)))
            .AddSingleton(provider => new Reservations(database(provider)));

    /// <summary>Adds the handlers of the service's messages.</summary>
    public static void AddInventoryHandlers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ReserveStockHandler>();
        bus.AddConsumer<ReleaseStockHandler>();
        bus.AddConsumer<OrderFulfilledHandler>();
    }

    /// <summary>Receives from the service's queues.</summary>
    public static void InventoryEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        IReceiveEndpointConfigurator events = null!;
        bus.ReceiveEndpoint(InventoryQueues.Events, endpoint =>
        {
            events = endpoint;
            endpoint.ConfigureConsumer<OrderFulfilledHandler>(context);
        });
        bus.ReceiveEndpoint(InventoryQueues.Commands, endpoint =>
        {
            // Whoever has reserved will hear how the order ends: the subscription stands before the first reservation.
            endpoint.AddDependency(events);
            // Commands are sent straight to this queue: nobody publishes them, so there is nothing to subscribe to.
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<ReserveStockHandler>(context);
            endpoint.ConfigureConsumer<ReleaseStockHandler>(context);
        });
    }

    /// <summary>Brings the service's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigrateInventory(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<InventorySchema>(database, Party, options => new InventorySchema(options), cancellationToken);
}
