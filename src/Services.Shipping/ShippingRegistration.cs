using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.MassTransit;
using Orchestrator.Storage;

namespace Orchestrator.Services.Shipping;

/// <summary>Adds the shipping service to a host.</summary>
public static class ShippingRegistration
{
    /// <summary>The name of the party. It names the schema, the role and the migrations.</summary>
    public const string Party = "shipping";

    /// <summary>Adds the acts of the service, on a database that <see cref="MigrateShipping"/> has prepared.</summary>
    public static IServiceCollection AddShipping(this IServiceCollection services, Func<IServiceProvider, Database> database)
    {
        services.AddOptions<ShippingOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.Bind("Shipping", options));
        return services.AddSingleton(provider => new Shipments(
            database(provider), provider.GetRequiredService<IOptions<ShippingOptions>>().Value));
    }

    /// <summary>Receives from the service's queue.</summary>
    public static void ShippingEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.Receive(context.GetRequiredService<Shipments>());

    /// <summary>Brings the service's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static Task MigrateShipping(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<ShippingSchema>(database, Party, options => new ShippingSchema(options), cancellationToken);
}
