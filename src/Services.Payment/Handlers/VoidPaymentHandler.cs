using MassTransit;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Payment.Handlers;

/// <summary>Answers <see cref="VoidPayment"/>.</summary>
public sealed class VoidPaymentHandler(Payments payments) : IConsumer<VoidPayment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<VoidPayment> context) =>
        await context.Answer(await payments.Void(context.Message, context.CancellationToken));
}
