using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="StartRide"/>.</summary>
public sealed class StartRideHandler(Drivers drivers) : IConsumer<StartRide>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<StartRide> context)
    {
        var outcome = await drivers.Start(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
