using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Payment;
using Orchestrator.ServiceDefaults;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class Payment_commands_on_a_bus(IPaymentStores stores) : PaymentTest(stores)
{
    [Test]
    public async Task Are_answered_and_the_same_command_by_the_same_message()
    {
        var answers = Channel.CreateUnbounded<ConsumeContext>();
        await using var provider = new ServiceCollection()
            .AddLogging()
            .AddPayment(_ => Stores.Ledger)
            .AddSimulatedAcquirer(_ => Stores.Books)
            .AddMassTransit(bus =>
            {
                bus.AddPaymentHandlers();
                bus.UsingInMemory((context, configure) =>
                {
                    configure.UseMessageMetadata("payment");
                    configure.PaymentEndpoints(context);
                    configure.ReceiveEndpoint("answers", endpoint =>
                    {
                        endpoint.Handler<PaymentAuthorized>(answer => answers.Writer.WriteAsync(answer).AsTask());
                        endpoint.Handler<PaymentCaptured>(answer => answers.Writer.WriteAsync(answer).AsTask());
                        endpoint.Handler<PaymentVoided>(answer => answers.Writer.WriteAsync(answer).AsTask());
                    });
                });
            })
            .BuildServiceProvider(validateScopes: true);
        var bus = provider.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        var queue = await bus.GetSendEndpoint(new Uri($"queue:{PaymentQueues.Commands}"));

        var command = new AuthorizePayment(OrderId, 1, Customer, Price);
        await queue.Send(command);
        var (first, authorized) = await Answer<PaymentAuthorized>();
        await queue.Send(command);
        var (second, again) = await Answer<PaymentAuthorized>();
        again.ShouldBe(authorized);
        first.MessageId.ShouldBe(Answers.MessageId(command, authorized));
        second.MessageId.ShouldBe(first.MessageId);
        first.CorrelationId.ShouldBe(OrderId);

        await queue.Send(new CapturePayment(OrderId, 1));
        (await Answer<PaymentCaptured>()).Message.ShouldBe(new PaymentCaptured(OrderId, 1, Price));

        NewOrder();
        await queue.Send(new VoidPayment(OrderId, 1));
        (await Answer<PaymentVoided>()).Message.ShouldBe(new PaymentVoided(OrderId, 1));
        await bus.StopAsync();

        async Task<(ConsumeContext Context, T Message)> Answer<T>() where T : class
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var context = (await answers.Reader.ReadAsync(patience.Token)).ShouldBeAssignableTo<ConsumeContext<T>>()!;
            return (context, context.Message);
        }
    }
}
