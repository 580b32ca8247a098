using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment;

/// <summary>How a host takes the payment service in.</summary>
public static class PaymentRegistration
{
    /// <summary>The party: names its schema, its role and its migrations.</summary>
    public const string Party = "payment";

    /// <summary>Adds the acts; the host also registers an <see cref="IPaymentGateway"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">Where the ledger lives.</param>
    public static IServiceCollection AddPayment(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services.AddSingleton(provider => new Payments(
            database(provider), provider.GetRequiredService<IPaymentGateway>(), provider.GetRequiredService<ILogger<Payments>>()));

    /// <summary>Receives the commands from <see cref="PaymentQueues.Commands"/>, on any transport.</summary>
    public static void PaymentEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.Receive(context.GetRequiredService<Payments>());

    /// <summary>Brings the ledger's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigratePayment(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<PaymentSchema>(database, Party, options => new PaymentSchema(options), cancellationToken);
}
