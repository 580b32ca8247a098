using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>How a host takes the simulated acquirer in.</summary>
public static class AcquirerRegistration
{
    /// <summary>The party: names its schema and its migrations.</summary>
    public const string Party = "acquirer";

    /// <summary>Makes the simulated acquirer the payment service's gateway.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">Where its books live; not the payment service's database.</param>
    public static IServiceCollection AddSimulatedAcquirer(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services.AddSingleton<IPaymentGateway>(provider => new SimulatedAcquirer(database(provider)));

    /// <summary>Brings the acquirer's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigrateAcquirer(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<AcquirerSchema>(database, Party, options => new AcquirerSchema(options), cancellationToken);
}
