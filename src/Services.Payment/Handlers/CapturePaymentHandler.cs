using MassTransit;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Payment.Handlers;

/// <summary>Answers <see cref="CapturePayment"/>.</summary>
public sealed class CapturePaymentHandler(Payments payments) : IConsumer<CapturePayment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<CapturePayment> context) =>
        await context.Answer(await payments.Capture(context.Message, context.CancellationToken));
}
