using MassTransit;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Shipping.Handlers;

/// <summary>Answers <see cref="BookShipment"/>.</summary>
public sealed class BookShipmentHandler(Shipments shipments) : IConsumer<BookShipment>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<BookShipment> context)
    {
        var outcome = await shipments.Book(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
