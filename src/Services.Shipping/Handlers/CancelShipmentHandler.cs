using MassTransit;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Shipping.Handlers;

/// <summary>Answers <see cref="CancelShipment"/>.</summary>
public sealed class CancelShipmentHandler(Shipments shipments) : IConsumer<CancelShipment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<CancelShipment> context)
    {
        var outcome = await shipments.Cancel(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
