using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="AbortRide"/>.</summary>
public sealed class AbortRideHandler(Drivers drivers) : IConsumer<AbortRide>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AbortRide> context)
    {
        var outcome = await drivers.Abort(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
