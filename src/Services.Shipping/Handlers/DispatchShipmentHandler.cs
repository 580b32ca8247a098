using MassTransit;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Shipping.Handlers;

/// <summary>Answers <see cref="DispatchShipment"/>.</summary>
public sealed class DispatchShipmentHandler(Shipments shipments) : IConsumer<DispatchShipment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<DispatchShipment> context)
    {
        var outcome = await shipments.Dispatch(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
