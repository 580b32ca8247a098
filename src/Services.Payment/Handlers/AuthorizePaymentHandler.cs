using MassTransit;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Payment.Handlers;

/// <summary>Answers <see cref="AuthorizePayment"/>.</summary>
public sealed class AuthorizePaymentHandler(Payments payments) : IConsumer<AuthorizePayment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AuthorizePayment> context) =>
        await context.Answer(await payments.Authorize(context.Message, context.CancellationToken));
}
