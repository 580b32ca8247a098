using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="AssignDriver"/>.</summary>
public sealed class AssignDriverHandler(Drivers drivers) : IConsumer<AssignDriver>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AssignDriver> context)
    {
        var outcome = await drivers.Assign(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
