using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment;

/// <summary>Adds the payment service to a host.</summary>
public static class PaymentRegistration
{
    /// <summary>The name of the party. It names the schema, the role and the migrations.</summary>
    public const string Party = "payment";

    /// <summary>Adds the acts. The host must also register an <see cref="IPaymentGateway"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">The database of the ledger.</param>
    public static IServiceCollection AddPayment(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services.AddSingleton(provider => new Payments(
            database(provider), provider.GetRequiredService<IPaymentGateway>(), provider.GetRequiredService<ILogger<Payments>>()));

    /// <summary>Receives the commands from <see cref="PaymentQueues.Commands"/>, on any transport.</summary>
    public static void PaymentEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.Receive(context.GetRequiredService<Payments>());

    /// <summary>Brings the ledger's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has changed the tables.</exception>
    public static Task MigratePayment(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<PaymentSchema>(database, Party, options => new PaymentSchema(options), cancellationToken);
}
