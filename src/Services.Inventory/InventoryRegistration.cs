using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.MassTransit;
using Orchestrator.Storage;

namespace Orchestrator.Services.Inventory;

/// <summary>Adds the inventory service to a host.</summary>
public static class InventoryRegistration
{
    /// <summary>The name of the party. It names the schema, the role and the migrations.</summary>
    public const string Party = "inventory";

    /// <summary>Adds the acts of the service, on a database that <see cref="MigrateInventory"/> has prepared.</summary>
    public static IServiceCollection AddInventory(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services
            .AddSingleton(provider => new Stock(database(provider)))
            .AddSingleton(provider => new Reservations(database(provider)));

    /// <summary>Receives from the service's queues.</summary>
    public static void InventoryEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.Receive(context.GetRequiredService<Reservations>());

    /// <summary>Brings the service's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static Task MigrateInventory(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<InventorySchema>(database, Party, options => new InventorySchema(options), cancellationToken);
}
