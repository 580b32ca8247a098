using MassTransit;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Payment.Handlers;

/// <summary>Answers <see cref="GetPaymentStatus"/>.</summary>
public sealed class GetPaymentStatusHandler(Payments payments) : IConsumer<GetPaymentStatus>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<GetPaymentStatus> context) =>
        await context.Answer(await payments.Status(context.Message, context.CancellationToken));
}
