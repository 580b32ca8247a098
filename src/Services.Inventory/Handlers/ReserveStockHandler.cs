using MassTransit;
using Orchestrator.Contracts.Inventory;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Inventory.Handlers;

/// <summary>Answers <see cref="ReserveStock"/>.</summary>
public sealed class ReserveStockHandler(Reservations reservations) : IConsumer<ReserveStock>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<ReserveStock> context)
    {
        var outcome = await reservations.Reserve(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
