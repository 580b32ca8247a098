using MassTransit;
using Orchestrator.Contracts.Inventory;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Inventory.Handlers;

/// <summary>Answers <see cref="ReleaseStock"/>.</summary>
public sealed class ReleaseStockHandler(Reservations reservations) : IConsumer<ReleaseStock>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<ReleaseStock> context)
    {
        var outcome = await reservations.Release(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
