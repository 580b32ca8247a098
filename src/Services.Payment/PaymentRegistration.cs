using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Payment;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Handlers;
using Orchestrator.Services.Payment.Ledger;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment;

/// <summary>How a host takes the payment service in.</summary>
public static class PaymentRegistration
{
    /// <summary>The party: names its schema, its role and its migrations.</summary>
    public const string Party = "payment";

    const int Partitions = 512;

    /// <summary>Adds the acts; the host also registers an <see cref="IPaymentGateway"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">Where the ledger lives.</param>
    public static IServiceCollection AddPayment(this IServiceCollection services, Func<IServiceProvider, Database> database) =>
        services.AddSingleton(provider => new Payments(
            database(provider), provider.GetRequiredService<IPaymentGateway>(), provider.GetRequiredService<ILogger<Payments>>()));

    /// <summary>Adds one handler for each command, and one for the question about them.</summary>
    public static void AddPaymentHandlers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AuthorizePaymentHandler>();
        bus.AddConsumer<VoidPaymentHandler>();
        bus.AddConsumer<CapturePaymentHandler>();
        bus.AddConsumer<GetPaymentStatusHandler>();
    }

    /// <summary>Receives the commands from <see cref="PaymentQueues.Commands"/>, on any transport.</summary>
    public static void PaymentEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.ReceiveEndpoint(PaymentQueues.Commands, endpoint =>
        {
            // Commands are sent straight to this queue: nobody publishes them, so there is nothing to subscribe to.
            endpoint.ConfigureConsumeTopology = false;
            // An order's commands one at a time, in the order of their arrival. Correctness does not rest on it (another
            // replica may have the other one): it saves undoing at the gateway what is under way there.
            var orders = endpoint.CreatePartitioner(Partitions);
            endpoint.UsePartitioner<AuthorizePayment>(orders, command => command.Message.OrderId);
            endpoint.UsePartitioner<VoidPayment>(orders, command => command.Message.OrderId);
            endpoint.UsePartitioner<CapturePayment>(orders, command => command.Message.OrderId);
            endpoint.UsePartitioner<GetPaymentStatus>(orders, question => question.Message.OrderId);
            endpoint.ConfigureConsumer<AuthorizePaymentHandler>(context);
            endpoint.ConfigureConsumer<VoidPaymentHandler>(context);
            endpoint.ConfigureConsumer<CapturePaymentHandler>(context);
            endpoint.ConfigureConsumer<GetPaymentStatusHandler>(context);
        });

    /// <summary>Brings the ledger's tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task MigratePayment(this Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<PaymentSchema>(database, Party, options => new PaymentSchema(options), cancellationToken);
}
