using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>Adds the simulated acquirer to a host.</summary>
public static class AcquirerRegistration
{
    /// <summary>The name of the party. It names the schema and the migrations.</summary>
    public const string Party = "acquirer";

    /// <summary>Makes the simulated acquirer the payment service's gateway.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">The database of its books. It must not be the database of the payment service.</param>
    public static IServiceCollection AddSimulatedAcquirer(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services.AddSingleton<IPaymentGateway>(provider => new SimulatedAcquirer(database(provider)));

    /// <summary>Brings the acquirer's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static Task MigrateAcquirer(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<AcquirerSchema>(database, Party, options => new AcquirerSchema(options), cancellationToken);
}
